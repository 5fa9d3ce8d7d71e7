"""What customers write about: the tags of what came in, beside the days before."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from reports import sums
from reports.overview import Asked
from tickets.models import Tag

MOST = 50


@dataclass(frozen=True, slots=True)
class Subject:
    tag: str
    many: int
    before: int
    share: float
    """Of all tickets that came in, 0 to 1; a ticket may have several tags."""


def subjects(asked: Asked) -> list[Subject]:
    """The most frequent first, at most MOST."""
    now, before = _counted(asked), _counted(asked.before())
    whole = sums.total(asked, "created").many
    most = sorted(now, key=lambda tag: (-now[tag], tag))[:MOST]
    names = dict(Tag.objects.filter(pk__in=most).values_list("pk", "name"))
    return [Subject(names[tag], now[tag], before.get(tag, 0), now[tag] / whole) for tag in most]


def _counted(asked: Asked) -> dict[int, int]:
    return dict(asked.taggings().values_list("tag").annotate(many=Count("*")))
