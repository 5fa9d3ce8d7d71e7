"""The rows of an editor of actions: what its form holds, and what it shows. Every step is a form that is sent, so that
it works by keyboard and without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from automation.actions import LABELS, MOST_ACTIONS, STATUSES, TEXTS, Action, People, Unfit
from tickets.models import Priority


def posted(data: QueryDict) -> list[Action]:
    """The actions as they stand in the form, checked by nobody yet."""
    places = range(MOST_ACTIONS + 1)
    return [
        {"do": data[f"do-{place}"], "value": data.get(f"value-{place}", "")}
        for place in places
        if f"do-{place}" in data
    ]


def edited(actions: list[Action], step: str, allowed: Sequence[str]) -> tuple[list[Action], int | None]:
    """The actions after a step of the editor (`add`, `drop-2`, `up-2`, `down-2`), and the row that the focus goes to."""
    name, _dash, digits = step.partition("-")
    place = int(digits) if digits.isdecimal() and len(digits) < 4 else -1
    if name == "add" and len(actions) < MOST_ACTIONS:
        return [*actions, {"do": allowed[0], "value": ""}], len(actions)
    if not 0 <= place < len(actions):
        return actions, None
    rest = actions[:place] + actions[place + 1 :]
    if name == "drop":
        return rest, min(place, len(rest) - 1)
    to = {"up": place - 1, "down": place + 1}.get(name, place)
    if not 0 <= to < len(actions):
        return actions, place
    return [*rest[:to], actions[place], *rest[to:]], to


def shown(
    actions: list[Action],
    allowed: Sequence[str],
    people: People,
    wrong: Unfit | None = None,
    focus: int | None = None,
) -> list[dict[str, Any]]:
    """For `automation/actions.html`."""
    return [
        {
            "place": place,
            "do": action["do"],
            "kinds": [(kind, LABELS[kind]) for kind in allowed],
            "widget": _widget(action["do"]),
            "choices": [(str(value), label) for value, label in _choices(action["do"], people, allowed)],
            "value": "" if action["value"] is None else str(action["value"]),
            "error": str(wrong) if wrong is not None and wrong.place == place else "",
            "focus": focus == place,
            "first": place == 0,
            "last": place == len(actions) - 1,
        }
        for place, action in enumerate(actions)
    ]


def _widget(kind: str) -> str:
    if kind in TEXTS:
        return "text"
    return {"tag": "word", "untag": "word", "snooze": "hours", "spam": "none"}.get(kind, "choice")


def _choices(kind: str, people: People, allowed: Sequence[str]) -> list[tuple[Any, Any]]:
    if kind == "status":
        return [(status.value, status.label) for status in STATUSES]
    if kind == "priority":
        return [(priority.value, priority.label) for priority in reversed(Priority)]
    if kind == "team":
        return list(people.teams.items())
    if kind == "follower":
        return list(people.agents.items())
    if kind == "assignee":
        me = [("me", _("me"))] if "reply" in allowed else []
        return [*me, ("nobody", _("nobody")), *people.agents.items()]
    return []
