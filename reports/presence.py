"""Who was there when: from the events that tell of it. Whoever closes his pages is found to be gone five minutes later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.utils.timezone import localtime

from agents.models import Agent, Presence
from csat.period import midnight
from events.models import Event


@dataclass(frozen=True, slots=True)
class Spell:
    """A stretch of time in which somebody was online or away."""

    presence: Presence
    start: datetime
    end: datetime

    @property
    def seconds(self) -> float:
        return (self.end - self.start).total_seconds()


def since() -> Subquery:
    """When an agent's presence changed last, for a query of agents."""
    return Subquery(_last(_changes()).values("at")[:1])


def spells(agents: QuerySet[Agent], start: datetime, end: datetime) -> dict[int, list[Spell]]:
    """Of each agent who was there at all, in order; two queries."""
    before = _last(_changes().filter(at__lt=start)).values("payload__presence")[:1]
    steps: dict[int, list[tuple[datetime, str]]] = {
        pk: [(start, was or Presence.OFFLINE)]
        for pk, was in agents.order_by().annotate(was=Subquery(before)).values_list("pk", "was")
    }
    changed = _changes().filter(subject_id__in=list(steps), at__gte=start, at__lt=end).order_by("at", "pk")
    for pk, at, presence in changed.annotate(presence=KT("payload__presence")).values_list(
        "subject_id", "at", "presence"
    ):
        steps[pk or 0].append((at, presence))
    found = {pk: list(_spells(own, end)) for pk, own in steps.items()}
    return {pk: own for pk, own in found.items() if own}


def by_day(own: Iterable[Spell]) -> dict[date, dict[Presence, float]]:
    """Seconds on each day, where the reader is."""
    found: dict[date, dict[Presence, float]] = defaultdict(lambda: defaultdict(float))
    for spell in own:
        at = spell.start
        while at < spell.end:
            day = localtime(at).date()
            until = min(spell.end, midnight(day + timedelta(days=1)))
            found[day][spell.presence] += (until - at).total_seconds()
            at = until
    return found


def _spells(steps: Sequence[tuple[datetime, str]], end: datetime) -> Iterable[Spell]:
    begun, state = steps[0]
    for (_at, _was), (at, presence) in pairwise([*steps, (end, "")]):
        if presence != state:
            if state != Presence.OFFLINE and at > begun:
                yield Spell(Presence(state), begun, at)
            begun, state = at, presence


def _changes() -> QuerySet[Event]:
    return Event.objects.filter(kind="agent.presence_changed")


def _last(changes: QuerySet[Event]) -> QuerySet[Event]:
    """The newest of each agent's first."""
    return changes.filter(subject_id=OuterRef("pk")).order_by("-at", "-pk")
