"""What has rung at the shop's people in the last days: old news rings nobody by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from agents.models import Agent, Notice
from events.history import as_of
from events.models import Event
from tickets import bell

KINDS = ("ticket.assigned", "note.written", "ticket.rated")
LATELY = timedelta(days=7)
SEEN = timedelta(hours=8)


def ring(now: datetime) -> None:
    """Ring for what happened lately; what is older than some hours has been seen."""
    with as_of(now):
        for event in Event.objects.filter(kind__in=KINDS, at__gt=now - LATELY).order_by("at"):
            if bell.is_news(event):
                bell.ring(event)
        for agent in Agent.objects.all():
            Notice.read(agent, Notice.objects.filter(at__lt=now - SEEN))
