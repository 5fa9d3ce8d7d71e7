"""What macros and rules do to a ticket, as plain values, and each through the ticket's own verb.

An action is `{"do": kind, "value": …}`:

| kind | value |
|---|---|
| `reply` | text with blanks, for an agent to send (macros) |
| `message` | text with blanks, sent by itself (rules) |
| `note` | text with blanks |
| `status` | a status' value but not new |
| `priority` | 1 to 4 |
| `tag`, `untag` | the tag's name |
| `team` | the team's id |
| `assignee` | an agent's id, `"me"` (macros) or `"nobody"` |
| `follower` | an agent's id (rules) |
| `snooze` | hours |
| `spam` | nothing |
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agents.models import Agent, Team
from automation import blanks
from text.normalise import fold
from text.storable import storable
from tickets.models import Priority, Status, Ticket

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Action = dict[str, Any]

MOST_ACTIONS = 20
LONGEST_TEXT = 20_000
"""Characters."""
MOST_HOURS = 24 * 365
LABELS: dict[str, StrOrPromise] = {
    "reply": gettext_lazy("Write a reply"),
    "message": gettext_lazy("Send a message to the customer"),
    "note": gettext_lazy("Add a note"),
    "status": gettext_lazy("Set the status"),
    "priority": gettext_lazy("Set the priority"),
    "tag": gettext_lazy("Add a tag"),
    "untag": gettext_lazy("Remove a tag"),
    "team": gettext_lazy("Move to a team"),
    "assignee": gettext_lazy("Assign"),
    "follower": gettext_lazy("Let somebody follow"),
    "snooze": gettext_lazy("Snooze"),
    "spam": gettext_lazy("Mark as spam"),
}
OF_MACROS = ("reply", "note", "status", "priority", "tag", "untag", "team", "assignee", "snooze")
OF_RULES = (
    "status", "priority", "tag", "untag", "team", "assignee", "follower", "snooze", "note", "message", "spam",
)  # fmt: skip
TEXTS = {"reply", "message", "note"}
STATUSES = [Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.SOLVED, Status.CLOSED]


class Unfit(ValueError):
    """An action that cannot be stored, in words for whoever wrote it; `place` counts from 0."""

    def __init__(self, said: str, place: int | None = None) -> None:
        super().__init__(said)
        self.place = place


@dataclass(frozen=True)
class People:
    """The teams and active agents that actions may name, by id."""

    teams: dict[int, str]
    agents: dict[int, str]

    @classmethod
    def now(cls) -> People:
        teams = dict(Team.objects.values_list("pk", "name"))
        return cls(teams, dict(Agent.objects.filter(is_active=True).values_list("pk", "name")))


# Checking ----------------------------------------------------------------------------------------------------


def checked(actions: Iterable[Any], allowed: Sequence[str], people: People) -> list[Action]:
    """The actions in the shape above. Unfit says which is wrong, and why."""
    actions = list(actions)
    if not actions:
        raise Unfit(_("Choose at least one thing to do."))
    if len(actions) > MOST_ACTIONS:
        raise Unfit(_("That is too much to do at once: %(most)s things at most.") % {"most": MOST_ACTIONS})
    found = []
    for place, action in enumerate(actions):
        try:
            found.append(_checked(action, allowed, people))
        except ValueError as error:
            raise Unfit(str(error), place)
    if sum(action["do"] == "reply" for action in found) > 1:
        raise Unfit(_("One reply is enough."))
    return found


def _checked(action: Any, allowed: Sequence[str], people: People) -> Action:
    if not isinstance(action, dict) or action.get("do") not in allowed:
        raise ValueError(_("It is not known what to do here."))
    kind, value = action["do"], action.get("value")
    if value == "me" and "reply" not in allowed:
        raise ValueError(_("Choose somebody who is at work here."))
    return {"do": kind, "value": _CHECKS[kind](value, people, kind)}


def _text(value: Any, _people: People, _kind: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(_("Write something first."))
    if len(value) > LONGEST_TEXT:
        raise ValueError(_("This text is too long."))
    return blanks.check(storable(value).replace("\r\n", "\n").strip())


def _status(value: Any, _people: People, _kind: str) -> str:
    if value not in STATUSES:
        raise ValueError(_("Choose a status."))
    return str(value)


def _priority(value: Any, _people: People, _kind: str) -> int:
    try:
        return int(Priority(number(value)))
    except ValueError:
        raise ValueError(_("Choose a priority."))


def _tag(value: Any, _people: People, _kind: str) -> str:
    name = " ".join(storable(value).split())[:48] if isinstance(value, str) else ""
    if not fold(name):
        raise ValueError(_("A tag needs a name."))
    return name


def _team(value: Any, people: People, _kind: str) -> int:
    if (team := number(value)) not in people.teams:
        raise ValueError(_("Choose a team."))
    return team


def _agent(value: Any, people: People, kind: str) -> int | str:
    if kind == "assignee" and value in ("me", "nobody"):
        return str(value)
    if (agent := number(value)) not in people.agents:
        raise ValueError(_("Choose somebody who is at work here."))
    return agent


def _hours(value: Any, _people: People, _kind: str) -> int:
    if not 0 < (hours := number(value)) <= MOST_HOURS:
        raise ValueError(_("Say for how many hours, from 1 to %(most)s.") % {"most": MOST_HOURS})
    return hours


def _nothing(_value: Any, _people: People, _kind: str) -> None:
    return None


def number(value: Any) -> int:
    """A whole number out of a form or a file, in whatever digits; 0 when it is none."""
    if isinstance(value, bool):
        return 0
    text = str(value).strip()
    return int(text) if text.isdecimal() and len(text) < 18 else 0


_CHECKS: dict[str, Callable[[Any, People, str], Any]] = {
    "reply": _text,
    "message": _text,
    "note": _text,
    "status": _status,
    "priority": _priority,
    "tag": _tag,
    "untag": _tag,
    "team": _team,
    "assignee": _agent,
    "follower": _agent,
    "snooze": _hours,
    "spam": _nothing,
}


# Doing -------------------------------------------------------------------------------------------------------


def perform(ticket: Ticket, action: Action, by: Any, agent: Agent | None = None) -> None:
    """Do it, as `by`; `agent` is who used the macro. ValueError of the verb, or for whoever is gone meanwhile."""
    _VERBS[action["do"]](ticket, action["value"], by, agent)


def _assign(ticket: Ticket, value: int | str, by: Any, agent: Agent | None) -> None:
    if value == "me":
        ticket.assign(agent, by)
    else:
        ticket.assign(None if value == "nobody" else _at_work(int(value)), by)


def _move(ticket: Ticket, value: int, by: Any, _agent: Agent | None) -> None:
    team = Team.objects.filter(pk=value).first()
    if team is None:
        raise ValueError(_("This team is gone."))
    ticket.set_team(team, by)


def _untag(ticket: Ticket, value: str, by: Any, _agent: Agent | None) -> None:
    if tag := ticket.tags.filter(key=fold(value)[:64]).first():
        ticket.untag(tag, by)


def _at_work(pk: int) -> Agent:
    agent = Agent.objects.filter(pk=pk, is_active=True).first()
    if agent is None:
        raise ValueError(_("Whom this names is no longer active."))
    return agent


def _tell(ticket: Ticket, value: str, by: Any, agent: Agent | None) -> None:
    ticket.notify(text=blanks.filled(value, ticket, agent), purpose="rule", by=by)


_VERBS: dict[str, Callable[[Ticket, Any, Any, Agent | None], Any]] = {
    "message": _tell,
    "note": lambda ticket, text, by, agent: ticket.note(by, text=blanks.filled(text, ticket, agent)),
    "status": lambda ticket, status, by, agent: ticket.set_status(status, by),
    "priority": lambda ticket, priority, by, agent: ticket.set_priority(priority, by),
    "tag": lambda ticket, name, by, agent: ticket.tag(name, by),
    "untag": _untag,
    "team": _move,
    "assignee": _assign,
    "follower": lambda ticket, pk, by, agent: ticket.follow(_at_work(pk), by),
    "snooze": lambda ticket, hours, by, agent: ticket.snooze(now() + timedelta(hours=hours), by),
    "spam": lambda ticket, _value, by, agent: ticket.mark_spam(by),
}


# Telling -----------------------------------------------------------------------------------------------------


def described(action: Action, people: People) -> str:
    """In a few words, such as “Priority: High”."""
    kind, value = action["do"], action["value"]
    if kind in TEXTS:
        short = " ".join(value.split())
        return _TEXTS[kind]() % {"text": short if len(short) <= 80 else f"{short[:79]}…"}
    if kind == "snooze":
        return ngettext("Snooze for %(count)s hour", "Snooze for %(count)s hours", value) % {"count": value}
    if kind == "spam":
        return _("Mark as spam")
    return _WORDS[kind]() % {"what": _what(kind, value, people)}


def _what(kind: str, value: Any, people: People) -> str:
    if kind == "status":
        return str(Status(value).label)
    if kind == "priority":
        return str(Priority(value).label)
    if kind == "team":
        return people.teams.get(value, "–")
    if kind in {"assignee", "follower"}:
        fixed = {"me": _("me"), "nobody": _("nobody")}
        return fixed.get(value) or people.agents.get(value, "–")
    return str(value)


_TEXTS: dict[str, Callable[[], str]] = {
    "reply": lambda: _("Reply: “%(text)s”"),
    "message": lambda: _("Message: “%(text)s”"),
    "note": lambda: _("Note: “%(text)s”"),
}
_WORDS: dict[str, Callable[[], str]] = {
    "status": lambda: _("Status: %(what)s"),
    "priority": lambda: _("Priority: %(what)s"),
    "tag": lambda: _("Tag: %(what)s"),
    "untag": lambda: _("Without the tag: %(what)s"),
    "team": lambda: _("Team: %(what)s"),
    "assignee": lambda: _("Assignee: %(what)s"),
    "follower": lambda: _("Follower: %(what)s"),
}
