from __future__ import annotations

from django.db import models

from agents.models import Agent, Team
from automation.models import Promise
from tickets.models import Ticket


class Outcome(models.Model):
    """How a promise ended: kept, or broken, and how its ticket stood then. A broken one ended when it was due."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, db_index=False, related_name="outcomes")
    promise = models.CharField(max_length=12, choices=Promise)
    number = models.PositiveIntegerField(help_text="Of the event in the ticket that began it.")
    policy_id = models.BigIntegerField(null=True, help_text="It may be gone by now.")
    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+")
    agent = models.ForeignKey(Agent, models.SET_NULL, null=True, db_index=False, related_name="+")
    source = models.SlugField(max_length=24, db_index=False)
    at = models.DateTimeField()
    reason = models.CharField(
        max_length=8, blank=True, help_text="One of `reports.kept.REASONS`; empty: kept."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "promise", "number"], name="outcome_once")]
        indexes = [
            models.Index(
                fields=["at"],
                name="outcome_at",
                include=["policy_id", "promise", "reason", "team", "agent", "source"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.promise} of #{self.ticket_id}: {self.reason or 'kept'}"
