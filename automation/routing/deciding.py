"""Who gets which work. Pure: the same values give the same choices, for the desk as for the simulation of a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

IN_TURN, LEAST_BUSY = "in_turn", "least_busy"


@dataclass(slots=True)
class Person:
    """Somebody who is there. `load` and `capacity` in points; `turn`: the higher, the later something was given to him.
    No languages: any."""

    id: int
    capacity: int
    load: int = 0
    turn: int = 0
    languages: frozenset[str] = frozenset()
    skills: frozenset[int] = frozenset()

    @property
    def room(self) -> int:
        return self.capacity - self.load


@dataclass(frozen=True, slots=True)
class Work:
    """What waits. `language` and `skills`: as far as somebody of the team has them, present or not; `known_to`: who had
    it or its customer last; `passed`: who did not take it, or gave it back."""

    id: int
    weight: int = 1
    language: str = ""
    skills: frozenset[int] = frozenset()
    known_to: int | None = None
    passed: frozenset[int] = frozenset()

    def fits(self, person: Person) -> bool:
        speaks = not (self.language and person.languages) or self.language in person.languages
        return speaks and self.skills <= person.skills

    def not_to(self, person: int) -> Work:
        """The same, which this one did not take either."""
        return replace(self, passed=self.passed | {person})


@dataclass(frozen=True, slots=True)
class Choice:
    """`because`: `in_turn`, `least_busy` or `known`."""

    work: Work
    person: Person
    because: str


class Dealer:
    """Gives one piece of work after the other, most urgent first. Nobody gets more than he has room for.

    Where heavy work finds no room, whoever has most of it gets nothing lighter that waits behind, or it would wait
    for ever.
    """

    def __init__(self, people: Iterable[Person], mode: str) -> None:
        self.people = sorted(people, key=lambda person: person.id)
        self.mode = mode
        self.turn = max((person.turn for person in self.people), default=0)
        self.kept: set[int] = set()

    @property
    def is_full(self) -> bool:
        """Whether nothing more can be given, however light."""
        return all(person.room < 1 or person.id in self.kept for person in self.people)

    def give(self, work: Work, *, again: bool = True) -> Choice | None:
        """Who gets it, his load and turn already counted; None: it waits. `again`: those who let it pass may get it
        where nobody else could."""
        able = [one for one in self.people if one.capacity >= work.weight and work.fits(one)]
        willing = [one for one in able if one.id not in work.passed]
        if not willing and again:
            willing = able
        open_ones = [one for one in willing if one.id not in self.kept]
        free = [one for one in open_ones if one.room >= work.weight]
        if not free:
            if open_ones and again:
                self.kept.add(max(open_ones, key=lambda one: (one.room, -one.turn, -one.id)).id)
            return None
        return self._give(work, free)

    def _give(self, work: Work, free: list[Person]) -> Choice:
        known = [one for one in free if one.id == work.known_to]
        person = known[0] if known else min(free, key=self._order)
        self.turn += 1
        person.turn, person.load = self.turn, person.load + work.weight
        return Choice(work, person, "known" if known else self.mode)

    def _order(self, person: Person) -> tuple[float, int, int]:
        share = person.load / person.capacity if self.mode == LEAST_BUSY else 0.0
        return share, person.turn, person.id
