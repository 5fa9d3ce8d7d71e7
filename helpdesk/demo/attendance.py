"""When the shop's people were at their desks in the last two weeks."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agents.models import Agent, Calendar, Presence
from events.history import as_of

DAYS = 14


def attend(now: datetime) -> None:
    """On each day before today on which the company works: some minutes early or late, with a pause; home at its end."""
    hours = Calendar.company().hours
    zone, chance = ZoneInfo(hours.zone), random.Random(5)
    today = now.astimezone(zone).date()
    for agent in Agent.objects.order_by("pk"):
        for before in range(DAYS, 0, -1):
            day = today - timedelta(days=before)
            if spans := hours.spans_on(day):
                begins = datetime.combine(day, spans[0][0], zone)
                length = datetime.combine(day, spans[-1][1], zone) - begins
                _live(agent, begins, length, chance)


def _live(agent: Agent, begins: datetime, length: timedelta, chance: random.Random) -> None:
    def about(share: float) -> datetime:
        return begins + share * length + timedelta(minutes=chance.randint(-12, 12))

    for at, presence in (
        (about(0), Presence.ONLINE),
        (about(0.45), Presence.AWAY),
        (about(0.55), Presence.ONLINE),
        (about(1), Presence.OFFLINE),
    ):
        with as_of(at):
            agent.be(presence, by_hand=False)
