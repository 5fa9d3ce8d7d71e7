"""Rules as JSON, to be kept or taken to another desk: teams by name and people by address, since ids mean nothing there."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agents.models import Agent, Team
from automation.actions import People
from automation.models import Rule
from automation.rules.bodies import Unready, checked

FORMAT = "fanoos-rules"
VERSION = 1
MOST_BYTES = 1_000_000
MOST_RULES = 200
_PEOPLE = {"team": "team", "assignee": "agent", "follower": "agent"}


class Unreadable(ValueError):
    """A file that is not taken: what is wrong with it, line by line, in `said`."""

    def __init__(self, said: list[str]) -> None:
        super().__init__(" ".join(said))
        self.said = said


def exported(rules: Iterable[Rule]) -> str:
    """The rules as a file's text."""
    names = {"team": {str(pk): name for pk, name in Team.objects.values_list("pk", "name")}}
    names["agent"] = {str(pk): email for pk, email in Agent.objects.values_list("pk", "email")}
    bodies = [_renamed(rule.body, names) for rule in rules]
    return json.dumps({"format": FORMAT, "version": VERSION, "rules": bodies}, ensure_ascii=False, indent=2)


@transaction.atomic
def imported(data: bytes, by: Any) -> list[Rule]:
    """The rules of a file, stored after the others and switched off: all of them, or none. Unreadable tells why none."""
    names = {"team": {name: str(pk) for pk, name in Team.objects.values_list("pk", "name")}}
    active = Agent.objects.filter(is_active=True)
    names["agent"] = {email: str(pk) for pk, email in active.values_list("pk", "email")}
    people, bodies, said = People.now(), [], []
    try:
        read = [_renamed(body, names) for body in _read(data)]
    except RecursionError:
        raise Unreadable([_("This is not a JSON file.")])
    for place, body in enumerate(read, start=1):
        try:
            bodies.append(checked(body, people))
        except Unready as unready:
            name = body.get("name") or "–"
            said += [_told(place, str(name)[:80], part, error) for part, error in unready.errors.items()]
    if said:
        raise Unreadable(said[:20])
    return [Rule.write(by, body) for body in bodies]


def _read(data: bytes) -> list[dict[str, Any]]:
    if len(data) > MOST_BYTES:
        raise Unreadable([_("This file is too big.")])
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except ValueError:
        raise Unreadable([_("This is not a JSON file.")])
    if not isinstance(found, dict) or found.get("format") != FORMAT or found.get("version") != VERSION:
        raise Unreadable([_("This file holds no rules of ours.")])
    rules = found.get("rules")
    if not isinstance(rules, list) or not 0 < len(rules) <= MOST_RULES:
        raise Unreadable([_("This file holds no rules, or too many.")])
    if not all(isinstance(rule, dict) for rule in rules):
        raise Unreadable([_("This file holds no rules of ours.")])
    return rules


def _told(place: int, name: str, part: str, error: ValueError) -> str:
    where = {
        "name": _("name"),
        "when": _("when it acts"),
        "conditions": _("conditions"),
        "actions": _("actions"),
    }[part]
    at = getattr(error, "place", None)
    where = where if at is None else f"{where} {at + 1}"
    return _("Rule %(place)s “%(name)s”, %(where)s: %(error)s") % {
        "place": place,
        "name": name,
        "where": where,
        "error": error,
    }


def _renamed(part: Any, names: dict[str, dict[str, str]]) -> Any:
    """The same, with each team and agent by its other name; one that has none stays, and is then refused."""
    if isinstance(part, list):
        return [_renamed(one, names) for one in part]
    if not isinstance(part, dict):
        return part
    found = {key: _renamed(value, names) for key, value in part.items()}
    kind = _PEOPLE.get(str(found.get("do", ""))) or _PEOPLE.get(
        str(found.get("fact", "")).removeprefix("ticket.")
    )
    if kind and isinstance(found.get("value"), str | int):
        found["value"] = names[kind].get(str(found["value"]), found["value"])
    return found
