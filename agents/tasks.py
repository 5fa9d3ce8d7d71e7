from datetime import timedelta

from celery import shared_task
from django.utils.timezone import now

from agents.models import Agent, Presence

IDLE = timedelta(minutes=5)


@shared_task
def mark_idle() -> None:
    """Whoever's pages have been silent for five minutes is offline, unless he chose his presence himself."""
    for agent in Agent.objects.exclude(presence=Presence.OFFLINE).filter(presence_by_hand=False, seen_at__lt=now() - IDLE):
        agent.be(Presence.OFFLINE, by_hand=False)
