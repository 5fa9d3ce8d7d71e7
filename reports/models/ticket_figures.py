from __future__ import annotations

from django.db import models
from django.db.models import Q

from agents.models import Agent, Team
from tickets.models import Ticket


class FiguresQuerySet(models.QuerySet["TicketFigures"]):
    def visible_to(self, reader: Agent) -> FiguresQuerySet:
        """What counts, of the teams whose figures he may see."""
        if not (reader.is_active and reader.is_lead):
            return self.none()
        counted = self.filter(counts=True)
        return counted if reader.sees_everything else counted.filter(team__in=reader.team_ids())


class TicketFigures(models.Model):
    """What reports count of one ticket: drawn from the ticket, its messages and events, and from nothing else."""

    ticket = models.OneToOneField(Ticket, models.CASCADE, primary_key=True, related_name="figures")
    sequence = models.PositiveIntegerField(help_text="The ticket's own, when this was drawn.")
    counts = models.BooleanField(help_text="Neither spam nor over before it came here.")
    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+")
    agent = models.ForeignKey(Agent, models.SET_NULL, null=True, db_index=False, related_name="+")
    source = models.SlugField(max_length=24, db_index=False)
    created_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True, help_text="Of active tickets whose customer waits.")
    first_reply_at = models.DateTimeField(null=True)
    first_reply_seconds = models.PositiveBigIntegerField(null=True, help_text="From the first question on.")
    first_reply_work_seconds = models.PositiveBigIntegerField(null=True, help_text="In the team's hours.")
    done_at = models.DateTimeField(null=True, help_text="Solved, or closed without; empty while it is open.")
    done_seconds = models.PositiveBigIntegerField(null=True, help_text="From its beginning on.")
    done_work_seconds = models.PositiveBigIntegerField(null=True, help_text="In the team's hours.")
    replies = models.PositiveIntegerField()
    reopened = models.PositiveIntegerField()
    rating = models.PositiveSmallIntegerField(null=True)
    complained_at = models.DateTimeField(
        null=True, help_text="First marked as a complaint; empty if it is none."
    )

    objects = FiguresQuerySet.as_manager()

    class Meta:
        indexes = [
            # The figures of a period are counted from these indexes alone.
            models.Index(
                fields=["created_at"],
                name="figures_created",
                include=["team", "agent", "source", "done_at", "reopened", "rating", "complained_at"],
                condition=Q(counts=True),
            ),
            models.Index(
                fields=["done_at"],
                name="figures_done",
                include=[
                    "team",
                    "agent",
                    "source",
                    "done_seconds",
                    "done_work_seconds",
                    "replies",
                    "reopened",
                ],
                condition=Q(counts=True, done_at__isnull=False),
            ),
            models.Index(
                fields=["created_at"],
                name="figures_open",
                include=["team", "agent", "source"],
                condition=Q(counts=True, done_at=None),
            ),
            models.Index(
                fields=["waiting_since"],
                name="figures_waiting",
                include=["team", "first_reply_at"],
                condition=Q(counts=True, waiting_since__isnull=False),
            ),
            models.Index(
                fields=["complained_at"],
                name="figures_complained",
                condition=Q(counts=True, complained_at__isnull=False),
            ),
            # An agent's own, of a year.
            models.Index(fields=["agent", "created_at"], name="figures_agent_created"),
            models.Index(
                fields=["agent", "done_at"], name="figures_agent_done", condition=Q(done_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"figures of #{self.ticket_id}"
