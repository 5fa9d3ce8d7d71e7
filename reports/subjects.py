"""What customers write about: the tags of what came in, beside the days before."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from reports.overview import Asked
from tickets.models import Tag, Ticket

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
    whole = asked.rows("created").count()
    most = sorted(now, key=lambda tag: (-now[tag], tag))[:MOST]
    names = dict(Tag.objects.filter(pk__in=most).values_list("pk", "name"))
    return [Subject(names[tag], now[tag], before.get(tag, 0), now[tag] / whole) for tag in most]


def _counted(asked: Asked) -> dict[int, int]:
    tagged = Ticket.tags.through.objects.filter(ticket__in=asked.rows("created").values("ticket_id"))
    return dict(tagged.order_by().values_list("tag").annotate(many=Count("pk")))
