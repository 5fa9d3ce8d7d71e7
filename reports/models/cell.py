from __future__ import annotations

from django.db import models


class Cut(models.TextChoices):
    """By what the tickets of a stretch of time are told apart; a cell of another cut says nothing of the rest."""

    WHOLE = "whole", "by source"
    TEAM = "team", "by team and source"
    AGENT = "agent", "by team, agent and source"


class Grain(models.TextChoices):
    """How long a cell is. All begin in UTC; quarters of an hour fit every time zone."""

    SLOT = "slot", "15 minutes"
    DAY = "day", "day"
    MONTH = "month", "month"


class Cell(models.Model):
    """How much of something there was in a stretch of time. Durations lie in buckets (`reports.histogram`)."""

    id = models.BigAutoField(primary_key=True)
    cut = models.CharField(max_length=5, choices=Cut)
    grain = models.CharField(max_length=5, choices=Grain)
    measure = models.CharField(max_length=12, help_text="One of `reports.measures`.")
    at = models.DateTimeField(help_text="When it begins.")
    team_id = models.BigIntegerField(default=0, help_text="0 where the cut tells no teams apart.")
    agent_id = models.BigIntegerField(default=0, help_text="0 also for nobody.")
    source = models.CharField(max_length=24, blank=True)
    bucket = models.IntegerField(default=0)
    many = models.IntegerField()

    objects: models.Manager[Cell] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cut", "grain", "measure", "at", "team_id", "agent_id", "source", "bucket"],
                include=["many"],
                name="cell_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.many} {self.measure} in the {self.grain} of {self.at}"
