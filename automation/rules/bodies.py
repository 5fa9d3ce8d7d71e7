"""A rule's body, out of a form or a file: checked, with each error where it belongs."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from automation.actions import MOST_HOURS, OF_RULES, People, Unfit, number
from automation.actions import checked as checked_actions
from automation.rules import facts
from automation.rules.conditions import checked as checked_conditions
from automation.rules.happenings import ANCHORS, EVENT, HAPPENINGS, TIME
from text.storable import storable

LONGEST_NAME = 80


class Unready(ValueError):
    """A body that cannot be stored: by part (name, when, conditions, actions), what is wrong with it."""

    def __init__(self, errors: dict[str, ValueError]) -> None:
        super().__init__(" ".join(str(error) for error in errors.values()))
        self.errors = errors


def checked(body: dict[str, Any], people: People) -> dict[str, Any]:
    """The body as `Rule.write` takes it. Unready tells all that is wrong."""
    found: dict[str, Any] = {"stops": body.get("stops") is True}
    errors: dict[str, ValueError] = {}
    parts = {"name": _name, "when": _when, "conditions": _conditions, "actions": _actions}
    for part, check in parts.items():
        try:
            found |= check(body, people)
        except ValueError as error:
            errors[part] = error
    if errors:
        raise Unready(errors)
    return found


def _name(body: dict[str, Any], _people: People) -> dict[str, Any]:
    name = body.get("name")
    name = " ".join(storable(name).split()) if isinstance(name, str) else ""
    if not 0 < len(name) <= LONGEST_NAME:
        raise ValueError(_("Give the rule a name of at most %(most)s letters.") % {"most": LONGEST_NAME})
    return {"name": name}


def _when(body: dict[str, Any], _people: People) -> dict[str, Any]:
    kind, happenings, anchor = body.get("kind"), body.get("happenings") or [], body.get("anchor")
    if kind == EVENT:
        known = isinstance(happenings, list) and all(str(one) in HAPPENINGS for one in happenings)
        if not happenings or not known:
            raise ValueError(_("Choose at least one thing that sets the rule going."))
        return {"kind": EVENT, "happenings": sorted(set(happenings)), "anchor": "", "hours": 0}
    if kind != TIME or not isinstance(anchor, str) or anchor not in ANCHORS:
        raise ValueError(_("Choose when the rule acts."))
    if not 0 < (hours := number(body.get("hours"))) <= MOST_HOURS:
        raise ValueError(_("Say for how many hours, from 1 to %(most)s.") % {"most": MOST_HOURS})
    return {"kind": TIME, "happenings": [], "anchor": anchor, "hours": hours}


def _conditions(body: dict[str, Any], people: People) -> dict[str, Any]:
    def choices(name: str) -> set[str]:
        return {value for value, _label in facts.choices_of(name, people)}

    return {"conditions": checked_conditions(body.get("conditions"), facts.TYPES, choices)}


def _actions(body: dict[str, Any], people: People) -> dict[str, Any]:
    actions = body.get("actions")
    if not isinstance(actions, list):
        raise Unfit(_("Choose at least one thing to do."))
    return {"actions": checked_actions(actions, OF_RULES, people)}
