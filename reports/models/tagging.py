from __future__ import annotations

from django.db import models

from agents.models import Agent, Team
from tickets.models import Tag, Ticket


class Tagging(models.Model):
    """That a ticket that counts has a tag, beside what reports ask of the ticket."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, db_index=False, related_name="taggings")
    tag = models.ForeignKey(Tag, models.CASCADE, db_index=False, related_name="+")
    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+")
    agent = models.ForeignKey(Agent, models.SET_NULL, null=True, db_index=False, related_name="+")
    source = models.SlugField(max_length=24, db_index=False)
    created_at = models.DateTimeField(help_text="Of the ticket.")
    is_reopened = models.BooleanField(default=False)
    is_complaint = models.BooleanField(default=False)
    rating = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "tag"], name="tagging_once")]
        indexes = [
            models.Index(
                fields=["created_at"],
                name="tagging_created",
                include=["tag", "team", "agent", "source", "is_reopened", "is_complaint", "rating"],
            )
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id} is about {self.tag_id}"
