from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Count, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.timezone import now

from agents.models.agent import Agent
from events.live import tell
from events.models import Event

KEPT = timedelta(days=30)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at=None)


class Notice(models.Model):
    """A stroke of an agent's bell: that something happened, mostly on a ticket, which he should know of. What it says
    is drawn from the event when he looks."""

    id = models.BigAutoField(primary_key=True)
    agent = models.ForeignKey(Agent, models.CASCADE, db_index=False, related_name="notices")
    ticket = models.BigIntegerField(null=True, help_text="Nothing where it is of no ticket's.")
    event = models.BigIntegerField()
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "event"], name="notice_once")]
        indexes = [
            models.Index(fields=["agent", "-id"], name="notice_newest"),
            models.Index(fields=["agent"], name="notice_unread", condition=models.Q(read_at=None)),
            models.Index(fields=["at"], name="notice_age"),
        ]

    def __str__(self) -> str:
        return f"event {self.event} for {self.agent_id}"

    @classmethod
    @transaction.atomic
    def ring(cls, agents: Iterable[Agent], event: Event) -> None:
        """Tell each of them of what happened, once; not whoever did it."""
        by = event.actor_id if event.actor_kind == "agent" else None
        told = sorted({agent.pk for agent in agents if agent.is_active} - {by})
        if not told:
            return
        about = {"ticket": event.ticket_id, "event": event.pk, "at": event.at}
        Notice.objects.bulk_create([Notice(agent_id=pk, **about) for pk in told], ignore_conflicts=True)
        recount(told)

    @classmethod
    @transaction.atomic
    def read(cls, agent: Agent, notices: models.QuerySet[Notice]) -> None:
        """He has seen these of his."""
        if notices.filter(agent=agent, read_at=None).update(read_at=now()):
            recount([agent.pk])

    @transaction.atomic
    def unread(self) -> None:
        """He wants to come back to it."""
        if Notice.objects.filter(pk=self.pk).exclude(read_at=None).update(read_at=None):
            recount([self.agent_id])

    @classmethod
    @transaction.atomic
    def forget_old(cls) -> int:
        """Delete what is older than 30 days; returns how many."""
        old = cls.objects.filter(at__lt=now() - KEPT)
        agents = sorted(set(old.unread().values_list("agent_id", flat=True)))
        gone, _by_model = old.delete()
        recount(agents)
        return gone


def recount(agents: Iterable[Any]) -> None:
    """How many are unread stands on the agent, so that no page asks for it; his open pages hear it. Whoever comes second
    waits, and counts what the first has written."""
    ids = list(agents)
    list(Agent.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))
    waiting = Notice.objects.unread().filter(agent=OuterRef("pk")).order_by().values("agent")
    count = Coalesce(Subquery(waiting.values(count=Count("pk"))), Value(0))
    Agent.objects.filter(pk__in=ids).update(unread_notices=count)
    for pk, number in Agent.objects.filter(pk__in=ids).values_list("pk", "unread_notices"):
        tell([f"agent.{pk}"], {"bell": number})
