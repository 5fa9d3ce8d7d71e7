"""What came in, hour by hour as the reader's clock shows it: the one place where a forecast's past is counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncHour
from django.utils.timezone import get_current_timezone, localdate, localtime

from agents.models import Agent
from csat.period import midnight
from reports.forecasting import TESTED_WEEKS, WEEK, WEEKS, History, Hour
from reports.models import TicketFigures
from tickets.icons import CHATS


@dataclass(frozen=True, slots=True)
class Came:
    """All tickets, and those of them that are chats."""

    all: History
    chats: History


def tickets(reader: Agent, team: int | None) -> QuerySet[TicketFigures]:
    """Those that he may read figures of, of one team or all."""
    seen = TicketFigures.objects.visible_to(reader).order_by()
    return seen if team is None else seen.filter(team=team)


def long_ago(reader: Agent, team: int | None) -> Came:
    """As much of the past as a forecast and its test look at. One query over an index."""
    first = localdate() - (WEEKS + TESTED_WEEKS) * WEEK
    return _counted(tickets(reader, team).filter(created_at__gte=midnight(first)), first)


def around(reader: Agent, first: datetime, hours: int) -> Came:
    """Of the weeks before, only the same hours of each day: a small part, quick enough for a board."""
    spans = Q(pk=None)
    for number in range(1, WEEKS * 7 + 1):
        begins = first - timedelta(days=number)
        spans |= Q(created_at__gte=begins, created_at__lt=begins + timedelta(hours=hours))
    seen, oldest = tickets(reader, None), localdate() - WEEKS * WEEK
    return _counted(seen.filter(spans), oldest, seen)


def _counted(found: QuerySet, first: date, whole: QuerySet | None = None) -> Came:
    hour = TruncHour("created_at", tzinfo=get_current_timezone())
    every: Counter[Hour] = Counter()
    chats: Counter[Hour] = Counter()
    for at, source, many in found.values_list(hour, "source").annotate(many=Count("*")):
        every[at.date(), at.hour] += many
        if source in CHATS:
            chats[at.date(), at.hour] += many
    begins = max(first, _begins(every) if whole is None else _first_of(whole, first))
    moment = localtime()
    until = (moment.date(), moment.hour)
    return Came(History(every, begins, until), History(chats, begins, until))


def _begins(counts: Counter[Hour]) -> date:
    return min((day for day, _hour in counts), default=localdate())


def _first_of(found: QuerySet, first: date) -> date:
    oldest = found.filter(created_at__gte=midnight(first)).order_by("created_at").first()
    return localtime(oldest.created_at).date() if oldest else localdate()
