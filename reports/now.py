"""What is going on at this moment, and today so far where the reader is: each part one query over one index."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import ExtractHour
from django.utils.timezone import get_current_timezone, localdate, localtime, now

from agents.models import Agent, Membership, Presence
from automation.routing.crew import ability_of, loads
from csat import figures as ratings
from csat.period import Period, midnight
from reports import presence
from reports.models import Answer, TicketFigures
from reports.percentiles import Median
from tickets.models import Ticket

LONGEST = 3
"""So many of those who wait longest are listed."""
MOST_AGENTS = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """Customers who wait for a first reply, and since when the longest has."""

    many: int
    since: datetime | None


def waiting(reader: Agent) -> Waiting:
    found = _waiting(reader).filter(first_reply_at=None)
    counted = found.aggregate(many=Count("*"), since=Min("waiting_since"))
    return Waiting(counted["many"], counted["since"])


def longest(reader: Agent) -> list[Ticket]:
    """Who waits for any reply, longest first; each with `waiting_since`."""
    ids = _waiting(reader).order_by("waiting_since").values_list("pk", flat=True)[:LONGEST]
    found = Ticket.objects.filter(pk__in=list(ids), waiting_since__isnull=False)
    return list(found.select_related("assignee", "customer").order_by("waiting_since"))


def first_replies(reader: Agent, start: datetime, end: datetime | None = None) -> QuerySet[Answer]:
    """First replies that left from `start` on."""
    found = Answer.objects.filter(place=0, at__gte=start)
    found = found.filter(at__lt=end) if end else found
    return found if reader.sees_everything else found.filter(team__in=reader.team_ids())


def median(answers: QuerySet[Answer]) -> float | None:
    """Seconds; None without any."""
    return answers.aggregate(middle=Median("seconds"))["middle"]


def medians(answers: QuerySet[Answer], column: str) -> dict[Any, float]:
    """Seconds by the column's values."""
    return dict(answers.order_by().values_list(column).annotate(middle=Median("seconds")))


def hours(reader: Agent) -> list[tuple[int, int, int]]:
    """(hour of the reader's day, solved, still open) of today's tickets, from the first to this hour."""
    zone = get_current_timezone()
    found = _today(reader).order_by().values_list(ExtractHour("created_at", tzinfo=zone))
    counted = {
        hour: (done, many - done)
        for hour, many, done in found.annotate(
            many=Count("*"), done=Count("created_at", filter=Q(done_at__isnull=False))
        )
    }
    last = localtime(now()).hour
    first = min([*counted, max(0, last - 6)])
    return [(hour, *counted.get(hour, (0, 0))) for hour in range(first, last + 1)]


def channels(reader: Agent) -> list[tuple[str, int, float | None]]:
    """(source, new today, median first reply in seconds), most first."""
    new = dict(_today(reader).order_by().values_list("source").annotate(many=Count("*")))
    middle = medians(first_replies(reader, midnight(localdate())), "source")
    rows = [(source, new.get(source, 0), middle.get(source)) for source in new.keys() | middle.keys()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


@dataclass(frozen=True, slots=True)
class AtWork:
    """One agent: since when he is there or not, how many points of how many he has in hand (as `automation.routing`
    weighs tickets), what he solved today, and how it went."""

    agent: Agent
    since: datetime | None
    load: int
    capacity: int
    solved: int
    first_reply: float | None
    rating: float | None

    @property
    def is_full(self) -> bool:
        return self.load >= self.capacity


def led_by(reader: Agent) -> QuerySet[Agent]:
    """Whose work he may look at and change: active agents of his teams, or all of them."""
    people = Agent.objects.filter(is_active=True)
    if reader.sees_everything:
        return people
    return people.filter(pk__in=Membership.objects.filter(team__in=reader.team_ids()).values("agent"))


def agents(reader: Agent) -> list[AtWork]:
    """Who is there first, then by name."""
    people = led_by(reader).select_related("ability").annotate(since=presence.since())
    here = {Presence.ONLINE: 0, Presence.AWAY: 1}
    found = sorted(people, key=lambda agent: (here.get(Presence(agent.presence), 2), agent.name))[
        :MOST_AGENTS
    ]
    ids = [agent.pk for agent in found]
    today = midnight(localdate())
    load = loads(ids)
    done = TicketFigures.objects.visible_to(reader).filter(done_at__gte=today, agent__in=ids).order_by()
    solved = dict(done.values_list("agent").annotate(many=Count("*")))
    replied = medians(first_replies(reader, today).filter(agent__in=ids), "agent")
    rated = ratings.report(reader, week()).by_agent
    return [
        AtWork(
            agent,
            agent.since,
            load.get(agent.pk, 0),
            ability_of(agent).capacity,
            solved.get(agent.pk, 0),
            replied.get(agent.pk),
            rated[agent.pk].average if agent.pk in rated else None,
        )
        for agent in found
    ]


def week() -> Period:
    """The last seven days, today among them."""
    return Period(localdate() - timedelta(days=6), localdate())


def _waiting(reader: Agent) -> QuerySet[TicketFigures]:
    return TicketFigures.objects.visible_to(reader).filter(waiting_since__isnull=False)


def _today(reader: Agent) -> QuerySet[TicketFigures]:
    return TicketFigures.objects.visible_to(reader).filter(created_at__gte=midnight(localdate()))
