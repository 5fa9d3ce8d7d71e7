"""What customers write about: the tags of what came in, products among them, beside the days before."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Avg, Count, Q

from reports import sums
from reports.overview import Asked
from tickets.models import Tag

MOST = 50


@dataclass(frozen=True, slots=True)
class Counted:
    many: int = 0
    reopened: int = 0
    complaints: int = 0
    rated: int = 0
    rating: float | None = None
    """From 1 to 5, of those that were rated."""


@dataclass(frozen=True, slots=True)
class Subject:
    tag: Tag
    now: Counted
    before: int
    share: float
    """Of all tickets that came in, 0 to 1; a ticket may have several tags."""


def subjects(asked: Asked) -> list[Subject]:
    """The most frequent first: at most MOST, and at most as many products."""
    now, before = _counted(asked), _counted(asked.before())
    whole = sums.total(asked, "created").many
    most = sorted(now, key=lambda tag: (-now[tag].many, tag))
    tags = Tag.objects.in_bulk(most[:MOST])
    tags |= {tag.pk: tag for tag in Tag.objects.filter(is_product=True) if tag.pk in now}
    return [
        Subject(tags[pk], now[pk], before.get(pk, Counted()).many, now[pk].many / whole)
        for pk in most
        if pk in tags
    ]


def _counted(asked: Asked) -> dict[int, Counted]:
    found = (
        asked.taggings()
        .values_list("tag")
        .annotate(
            many=Count("*"),
            again=Count("created_at", filter=Q(is_reopened=True)),
            complaints=Count("created_at", filter=Q(is_complaint=True)),
            rated=Count("rating"),
            average=Avg("rating"),
        )
    )
    return {tag: Counted(*told) for tag, *told in found}
