"""A desk whose promises are simple to count: always open, an hour for a reply, a day for the solution."""

from datetime import UTC, datetime, timedelta

import pytest

from agents.models import Calendar
from automation.models import Clock, Policy
from tickets.models import Ticket

HOUR = timedelta(hours=1)
EVERY = ("1", "2", "3", "4")


def minutes(first: int = 60, following: int = 120, solution: int = 24 * 60) -> dict:
    """Targets that are the same for each priority."""
    named = {"first_reply": first, "next_reply": following, "resolution": solution}
    return {promise: dict.fromkeys(EVERY, length) for promise, length in named.items() if length}


@pytest.fixture
def policy(db) -> Policy:
    """The only one, counted round the clock."""
    Policy.objects.all().delete()
    always = Calendar.objects.create(name="Always")
    policy = Policy(name="All", targets=minutes(), calendar=always, warn_minutes=0)
    policy.change(None)
    return policy


@pytest.fixture
def clocks(ticket):
    def clocks() -> dict[str, Clock]:
        """The newest of each kind."""
        return {clock.kind: clock for clock in Clock.objects.filter(ticket=ticket).order_by("number")}

    return clocks


def put_back(ticket: Ticket, by: timedelta) -> None:
    """All that was promised was promised earlier."""
    for clock in Clock.objects.filter(ticket=ticket):
        clock.spans = [[shift(one, by) for one in span] for span in clock.spans]
        for name in ("started_at", "stopped_at", "due_at", "warn_at", "next_at"):
            if (at := getattr(clock, name)) is not None:
                setattr(clock, name, at - by)
        clock.save()
    Ticket.objects.filter(pk=ticket.pk, due_at__isnull=False).update(due_at=ticket_due(ticket) - by)


def ticket_due(ticket: Ticket) -> datetime:
    return Ticket.objects.values_list("due_at", flat=True).get(pk=ticket.pk) or datetime.now(UTC)


def shift(at: str | None, by: timedelta) -> str | None:
    return (datetime.fromisoformat(at) - by).isoformat() if at else None
