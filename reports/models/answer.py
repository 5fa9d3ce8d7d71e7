from __future__ import annotations

from django.db import models

from agents.models import Agent, Team
from tickets.models import Ticket


class Answer(models.Model):
    """One reply that ended a customer's waiting."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, db_index=False, related_name="answers")
    place = models.PositiveIntegerField(help_text="Which answer of the ticket's; 0 is the first.")
    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+")
    agent = models.ForeignKey(Agent, models.SET_NULL, null=True, db_index=False, related_name="+")
    source = models.SlugField(max_length=24, db_index=False)
    at = models.DateTimeField(help_text="When it left.")
    seconds = models.PositiveBigIntegerField(help_text="From the customer's first unanswered message on.")
    work_seconds = models.PositiveBigIntegerField(null=True, help_text="Of these, in the team's hours.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "place"], name="answer_once")]
        indexes = [
            models.Index(
                fields=["at"],
                name="answer_at",
                include=["place", "team", "agent", "source", "seconds", "work_seconds"],
            ),
            models.Index(fields=["agent", "at"], name="answer_agent"),
        ]

    def __str__(self) -> str:
        return f"answer {self.place} of #{self.ticket_id}"
