"""Events as one quiet line each, in plain words; what a message says itself is not said again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agents.models import Agent, Team
from events.models import Event
from tickets.actors import named as machines_of
from tickets.models import Grievance, Priority, Status, Tag
from tickets.times import clock

SHOWN = (
    "ticket.assigned",
    "ticket.team_changed",
    "ticket.status_changed",
    "ticket.priority_changed",
    "ticket.subject_changed",
    "ticket.tagged",
    "ticket.untagged",
    "ticket.snoozed",
    "ticket.woken",
    "ticket.solved",
    "ticket.reopened",
    "ticket.closed",
    "ticket.marked_spam",
    "ticket.unmarked_spam",
    "ticket.follow_up_opened",
    "ticket.rated",
    "message.amended",
    "message.redacted",
    "file.redacted",
    "reply.withdrawn",
    "ticket.participant_added",
    "ticket.answer_refused",
    "ticket.address_silenced",
    "sla.warned",
    "sla.breached",
    "sla.escalated",
    "ticket.complained",
    "ticket.complaint_withdrawn",
    "ticket.complaint_settled",
    "complaint.level_reached",
    "complaint.answered",
)
_ICONS = {
    "ticket.assigned": "user-round",
    "ticket.team_changed": "users",
    "ticket.status_changed": "circle-dot",
    "ticket.priority_changed": "flag",
    "ticket.subject_changed": "pencil",
    "ticket.tagged": "tag",
    "ticket.untagged": "tag",
    "ticket.snoozed": "moon",
    "ticket.woken": "alarm-clock",
    "ticket.solved": "check",
    "ticket.reopened": "rotate-ccw",
    "ticket.closed": "archive",
    "ticket.marked_spam": "ban",
    "ticket.unmarked_spam": "undo-2",
    "ticket.follow_up_opened": "corner-down-right",
    "ticket.rated": "star",
    "message.amended": "pencil",
    "message.redacted": "eraser",
    "file.redacted": "eraser",
    "reply.withdrawn": "undo-2",
    "ticket.participant_added": "user-plus",
    "ticket.answer_refused": "shield-alert",
    "ticket.address_silenced": "mail-x",
    "sla.warned": "hourglass",
    "sla.breached": "clock-alert",
    "sla.escalated": "siren",
    "ticket.complained": "megaphone",
    "ticket.complaint_withdrawn": "undo-2",
    "ticket.complaint_settled": "handshake",
    "complaint.level_reached": "trending-up",
    "complaint.answered": "message-circle-reply",
}


class Names:
    """The names that a stretch of history needs: agents that are not `known` yet, teams and tags, a query each
    at most, whatever its length."""

    def __init__(
        self, events: Iterable[Event], agent_ids: Iterable[int] = (), known: Iterable[Agent] = ()
    ) -> None:
        events = list(events)
        assigned = [
            event.payload.get(end)
            for event in events
            if event.kind == "ticket.assigned"
            for end in ("was", "now")
        ]
        named = [event.payload["agent"] for event in events if event.kind == "ticket.answer_refused"]
        actors = [event.actor_id for event in events if event.actor_kind == "agent"]
        moved = [event.payload.get("now") for event in events if event.kind == "ticket.team_changed"]
        tagged = [
            event.payload["tag"] for event in events if event.kind in {"ticket.tagged", "ticket.untagged"}
        ]
        self.agents: dict[int | None, Agent] = {agent.pk: agent for agent in known}
        if wanted := {*agent_ids, *assigned, *named, *actors} - {None} - self.agents.keys():
            self.agents |= Agent.objects.only("id", "name", "email", "picture").in_bulk(wanted)
        self.teams = Team.objects.in_bulk(moved) if moved else {}
        self.machines = machines_of(events)
        self.tags = Tag.objects.in_bulk(tagged) if tagged else {}

    def agent(self, pk: int | None) -> str:
        return str(self.agents.get(pk) or _("Someone"))

    def actor(self, event: Event) -> str:
        """Who did it, or nothing when it was the system."""
        if event.actor_kind == "customer":
            return _("The customer")
        if event.actor_kind == "agent":
            return self.agent(event.actor_id)
        return self.machines.get((event.actor_kind, event.actor_id), "")


def icon_of(event: Event) -> str:
    return _ICONS[event.kind]


def sentence(event: Event, names: Names) -> SafeString:
    """The event in words, with names isolated; HTML-safe."""
    who = names.actor(event)
    text, words = _SENTENCES[event.kind](event, names)
    if "{who}" in text and not who:
        who = _("Automation")
    return format_html(
        text,
        who=format_html("<bdi>{}</bdi>", who),
        **{name: format_html("<b><bdi>{}</bdi></b>", word) for name, word in words.items()},
    )


Sentence = tuple[str, dict[str, Any]]


_CHOSEN: dict[str, Callable[[], str]] = {
    "in_turn": lambda: _("{who} gave the ticket to {name}, next in turn"),
    "least_busy": lambda: _("{who} gave the ticket to {name}, the least busy"),
    "known": lambda: _("{who} gave the ticket to {name}, who knows the customer"),
    "missed": lambda: _("{who} passed the ticket on to {name}, since it was not opened in time"),
    "absent": lambda: _("{who} took the ticket back, since {name} is not there"),
    "left": lambda: _("The ticket is nobody’s again, since {name} is no longer active"),
}


def _assigned(event: Event, names: Names) -> Sentence:
    to, by = event.payload["now"], event.actor_id if event.actor_kind == "agent" else None
    if because := _CHOSEN.get(event.payload.get("because", "")):
        return because(), {"name": names.agent(to or event.payload["was"])}
    if to is None:
        return _("{who} took the assignment off {name}"), {"name": names.agent(event.payload["was"])}
    if to == by:
        return _("{who} took the ticket"), {}
    return _("{who} assigned the ticket to {name}"), {"name": names.agent(to)}


def _team(event: Event, names: Names) -> Sentence:
    return _("{who} moved the ticket to {team}"), {"team": names.teams.get(event.payload["now"], "–")}


def _status(event: Event, names: Names) -> Sentence:
    return _("{who} set the status to {status}"), {"status": Status(event.payload["now"]).label}


def _priority(event: Event, names: Names) -> Sentence:
    return _("{who} set the priority to {priority}"), {"priority": Priority(event.payload["now"]).label}


def _tag(text: Callable[[], str]) -> Callable[[Event, Names], Sentence]:
    return lambda event, names: (text(), {"tag": names.tags.get(event.payload["tag"], "–")})


def _snoozed(event: Event, names: Names) -> Sentence:
    until = clock(datetime.fromisoformat(event.payload["until"]))
    return _("{who} snoozed the ticket until {time}"), {"time": until.short}


def _woken(event: Event, names: Names) -> Sentence:
    because = event.payload["because"]
    if because == "customer":
        return _("The customer’s reply brought the ticket back"), {}
    return (_("{who} brought the ticket back"), {}) if because == "agent" else (_("The snooze has ended"), {})


def _solved(event: Event, names: Names) -> Sentence:
    if event.payload["because"] == "thanks":
        return _("{who} solved the ticket again after the thanks"), {}
    return _("{who} solved the ticket"), {}


def _reopened(event: Event, names: Names) -> Sentence:
    return {
        "customer": _("The customer’s reply opened the ticket again"),
        "thanks": _("The customer said thanks"),
        "undo": _("{who} took the solving back"),
    }.get(event.payload["because"], _("{who} opened the ticket again")), {}


def _closed(event: Event, names: Names) -> Sentence:
    by_agent = event.payload["because"] == "agent"
    return (_("{who} closed the ticket") if by_agent else _("Closed, as nothing more was said")), {}


def _rated(event: Event, names: Names) -> Sentence:
    return _("The customer rated {score} of 5"), {"score": event.payload["score"]}


def _follow_up(event: Event, names: Names) -> Sentence:
    return _("A follow-up was opened: {ticket}"), {"ticket": f"#{event.payload['ticket']}"}


def _refused(event: Event, names: Names) -> Sentence:
    text = _("A mail in the name of {name} was not taken as an answer. It is in quarantine.")
    return text, {"name": names.agent(event.payload["agent"])}


def _warned(event: Event, names: Names) -> Sentence:
    return _("{promise} will be late soon"), {"promise": _promise(event)}


def _breached(event: Event, names: Names) -> Sentence:
    due = event.payload["due"]
    time = clock(datetime.fromisoformat(due)).short if due else "–"
    return _("{promise} is late: it was due at {time}"), {"promise": _promise(event), "time": time}


def _escalated(event: Event, names: Names) -> Sentence:
    return _("{promise}: the next step was taken"), {"promise": _promise(event)}


def _promise(event: Event) -> str:
    return {
        "first_reply": _("The first reply"),
        "next_reply": _("The next reply"),
        "complaint": _("The answer to the complaint"),
    }.get(event.payload["promise"], _("The solution"))


def _complained(event: Event, names: Names) -> Sentence:
    about = Grievance(event.payload["about"]).label
    return _("{who} marked the ticket as a complaint: {about}"), {"about": about}


def _level_reached(event: Event, names: Names) -> Sentence:
    text = {
        "customer": _("The customer is not content: {who} took the complaint to level {level}"),
        "deadline": _("Nobody answered in time: the complaint is at level {level} now"),
    }.get(event.payload["because"], _("The complaint is at level {level} now"))
    return text, {"level": event.payload["level"]}


def _complaint_answered(event: Event, names: Names) -> Sentence:
    return _("{who} answered the complaint at level {level}"), {"level": event.payload["level"]}


def _plain(text: Callable[[], str]) -> Callable[[Event, Names], Sentence]:
    return lambda event, names: (text(), {})


_SILENCED: dict[str, Callable[[], str]] = {
    "complained": lambda: _("No more mail goes to an address here, since its owner reported ours as spam"),
    "unsubscribed": lambda: _("No more mail goes to an address here, since its owner unsubscribed from ours"),
}


def _silenced(event: Event, names: Names) -> Sentence:
    because = _SILENCED.get(event.payload.get("because", ""))
    return because() if because else _(
        "No more mail goes to an address here, since it failed again and again"
    ), {}


_SENTENCES: dict[str, Callable[[Event, Names], Sentence]] = {
    "ticket.assigned": _assigned,
    "ticket.team_changed": _team,
    "ticket.status_changed": _status,
    "ticket.priority_changed": _priority,
    "ticket.subject_changed": _plain(lambda: _("{who} changed the subject")),
    "ticket.tagged": _tag(lambda: _("{who} added the tag {tag}")),
    "ticket.untagged": _tag(lambda: _("{who} removed the tag {tag}")),
    "ticket.snoozed": _snoozed,
    "ticket.woken": _woken,
    "ticket.solved": _solved,
    "ticket.reopened": _reopened,
    "ticket.closed": _closed,
    "ticket.marked_spam": _plain(lambda: _("{who} marked the ticket as spam")),
    "ticket.unmarked_spam": _plain(lambda: _("{who} said that this is not spam")),
    "ticket.follow_up_opened": _follow_up,
    "ticket.rated": _rated,
    "message.amended": _plain(lambda: _("The customer changed a message")),
    "message.redacted": _plain(lambda: _("{who} erased a message")),
    "file.redacted": _plain(lambda: _("{who} erased a file")),
    "ticket.participant_added": _plain(lambda: _("{who} added a person to the conversation")),
    "ticket.answer_refused": _refused,
    "ticket.address_silenced": _silenced,
    "sla.warned": _warned,
    "sla.breached": _breached,
    "sla.escalated": _escalated,
    "ticket.complained": _complained,
    "ticket.complaint_withdrawn": _plain(lambda: _("{who} said that this is no complaint")),
    "ticket.complaint_settled": _plain(lambda: _("{who} settled the complaint")),
    "complaint.level_reached": _level_reached,
    "complaint.answered": _complaint_answered,
    "reply.withdrawn": _plain(lambda: _("{who} took a reply back before it was sent")),
}
