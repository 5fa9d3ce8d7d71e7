"""Conditions over plain facts: pure functions, linear in the length of what they read.

A condition is `{"all": [condition, …]}`, `{"any": [condition, …]}` or `{"fact": name, "is": test, "value": …}`. No
condition at all holds. Texts are compared folded, so that case, accents, forms of letters and digits do not count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from automation.actions import number
from text.normalise import fold
from text.storable import storable

Condition = dict[str, Any]

MOST_CONDITIONS = 50
DEEPEST = 4
LONGEST_VALUE = 200
LONGEST_READ = 200_000
"""Characters of a fact that are read."""

TEXT, CHOICE, RANK, NUMBER, TAGS, FLAG = "text", "choice", "rank", "number", "tags", "flag"
TESTS: dict[str, tuple[str, ...]] = {
    TEXT: ("contains", "lacks", "equals", "begins", "empty", "given"),
    CHOICE: ("equals", "differs"),
    RANK: ("equals", "differs", "least", "most"),
    NUMBER: ("least", "most"),
    TAGS: ("has", "has_not"),
    FLAG: ("yes", "no"),
}
WITHOUT_VALUE = {"empty", "given", "yes", "no"}


class Facts(dict[str, Any]):
    """By name, what is known: texts, numbers, lists of folded tags, true and false; None where there is nothing."""

    def folded(self, name: str) -> str:
        """The text of that name, folded once however often it is asked for."""
        kept = self.__dict__.setdefault("_folded", {})
        if name not in kept:
            kept[name] = fold(str(self.get(name) or "")[:LONGEST_READ])
        return kept[name]


def leaves(condition: Condition) -> Iterator[Condition]:
    """The single conditions, in their order."""
    for group in ("all", "any"):
        for part in condition.get(group, ()):
            yield from leaves(part)
    if "fact" in condition:
        yield condition


def holds(condition: Condition, facts: Facts) -> bool:
    """Whether it is so."""
    if "all" in condition:
        return all(holds(part, facts) for part in condition["all"])
    if "any" in condition:
        return any(holds(part, facts) for part in condition["any"]) or not condition["any"]
    return _HOLD[condition["is"]](facts, condition["fact"], condition.get("value"))


def why(condition: Condition, facts: Facts) -> list[Condition]:
    """Each single condition, and whether it held: for those who ask later."""
    return [leaf | {"held": holds(leaf, facts)} for leaf in leaves(condition)]


def _amount(facts: Facts, name: str) -> float | None:
    value = facts.get(name)
    return None if value is None else float(value)


def _least(facts: Facts, name: str, value: Any) -> bool:
    amount = _amount(facts, name)
    return amount is not None and amount >= float(value)


def _most(facts: Facts, name: str, value: Any) -> bool:
    amount = _amount(facts, name)
    return amount is not None and amount <= float(value)


_HOLD: dict[str, Callable[[Facts, str, Any], bool]] = {
    "contains": lambda facts, name, value: fold(value).strip() in facts.folded(name),
    "lacks": lambda facts, name, value: fold(value).strip() not in facts.folded(name),
    "equals": lambda facts, name, value: facts.folded(name).strip() == fold(str(value)).strip(),
    "differs": lambda facts, name, value: facts.folded(name).strip() != fold(str(value)).strip(),
    "begins": lambda facts, name, value: facts.folded(name).lstrip().startswith(fold(value).strip()),
    "empty": lambda facts, name, value: not facts.folded(name).strip(),
    "given": lambda facts, name, value: bool(facts.folded(name).strip()),
    "least": _least,
    "most": _most,
    "has": lambda facts, name, value: fold(value)[:64] in (facts.get(name) or ()),
    "has_not": lambda facts, name, value: fold(value)[:64] not in (facts.get(name) or ()),
    "yes": lambda facts, name, value: bool(facts.get(name)),
    "no": lambda facts, name, value: not facts.get(name),
}


# Checking ----------------------------------------------------------------------------------------------------


class Wrong(ValueError):
    """A condition that cannot be stored, in words for whoever wrote it; `place` counts single ones from 0."""

    def __init__(self, said: str, place: int | None = None) -> None:
        super().__init__(said)
        self.place = place


def checked(condition: Any, types: Mapping[str, str], choices: Callable[[str], Iterable[str]]) -> Condition:
    """The condition in the shape above. `types` by the fact's name, `choices` the values that one allows. Wrong says
    which is not right, and why."""
    count = [0]
    return _checked(condition, types, choices, count, 1)


def _checked(
    condition: Any,
    types: Mapping[str, str],
    choices: Callable[[str], Iterable[str]],
    count: list[int],
    depth: int,
) -> Condition:
    if not isinstance(condition, dict) or depth > DEEPEST + 1:
        raise Wrong(_("Conditions are nested too deep, or are none."))
    for group in ("all", "any"):
        if group in condition:
            parts = condition[group]
            if not isinstance(parts, list) or depth > DEEPEST:
                raise Wrong(_("Conditions are nested too deep, or are none."))
            return {group: [_checked(part, types, choices, count, depth + 1) for part in parts]}
    place, count[0] = count[0], count[0] + 1
    if place >= MOST_CONDITIONS:
        raise Wrong(_("Too many conditions: %(most)s at most.") % {"most": MOST_CONDITIONS})
    try:
        return _leaf(condition, types, choices)
    except ValueError as error:
        raise Wrong(str(error), place)


def _leaf(
    condition: Condition, types: Mapping[str, str], choices: Callable[[str], Iterable[str]]
) -> Condition:
    name, test, value = condition.get("fact"), condition.get("is"), condition.get("value")
    if not isinstance(name, str) or name not in types:
        raise ValueError(_("It is not known what to look at."))
    type_ = types[name]
    if test not in TESTS[type_]:
        raise ValueError(_("It is not known how to compare this."))
    if test in WITHOUT_VALUE:
        return {"fact": name, "is": test, "value": None}
    if type_ in {CHOICE, RANK}:
        if str(value) not in choices(name):
            raise ValueError(_("Choose one of what is offered."))
        return {"fact": name, "is": test, "value": str(value)}
    if type_ == NUMBER:
        if not str(value).strip().isdecimal() or len(str(value).strip()) > 9:
            raise ValueError(_("Write a whole number."))
        return {"fact": name, "is": test, "value": number(value)}
    if not isinstance(value, str) or not fold(value).strip():
        raise ValueError(_("Write what to look for."))
    if len(value) > LONGEST_VALUE:
        raise ValueError(_("This text is too long."))
    return {"fact": name, "is": test, "value": " ".join(storable(value).split())}
