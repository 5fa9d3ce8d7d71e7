"""Complaints of a period: of what, how far they went, and whether they were settled in time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from automation.models import COMPLAINT, Clock, ComplaintLevel
from reports.overview import Asked
from tickets.models import Grievance


@dataclass(slots=True)
class Kind:
    """Complaints of one kind. `in_time`: settled, with no deadline of any level broken; `late`: one at least was."""

    about: Grievance
    opened: int = 0
    before: int = 0
    settled: int = 0
    in_time: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Complaints:
    kinds: list[Kind]
    levels: list[tuple[str, int]]
    """The highest level that each has reached, in their order: its title, and how many."""

    @property
    def opened(self) -> int:
        return sum(kind.opened for kind in self.kinds)


def complaints(asked: Asked) -> Complaints:
    """By what they are about, most first."""
    kinds = {about: Kind(about) for about in Grievance}
    for about, many in (
        asked.before().complaints().values_list("ticket__complaint").annotate(many=Count("pk"))
    ):
        kinds[Grievance(about)].before = many
    broken = Clock.objects.filter(ticket=OuterRef("pk"), kind=COMPLAINT, breached_at__isnull=False)
    settled = Count("pk", filter=Q(ticket__complaint_settled_at__isnull=False))
    found = asked.complaints().annotate(late=Exists(broken))
    reached: Counter[int] = Counter()
    for about, position, late, many, done in found.values_list(
        "ticket__complaint", "ticket__case__position", "late"
    ).annotate(many=Count("pk"), done=settled):
        kind = kinds[Grievance(about)]
        kind.opened += many
        kind.settled += done
        kind.in_time += 0 if late else done
        kind.late += many if late else 0
        reached[position or 0] += many
    shown = [kind for kind in kinds.values() if kind.opened or kind.before]
    return Complaints(sorted(shown, key=lambda kind: -kind.opened), _levels(reached))


def _levels(reached: Counter[int]) -> list[tuple[str, int]]:
    titles = {level.position: level.title for level in ComplaintLevel.objects.all()}
    return [(titles.get(position, f"{position}"), reached[position]) for position in sorted(reached)]
