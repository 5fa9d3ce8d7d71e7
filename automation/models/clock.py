"""A promise to one customer, and how much of its time is gone."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import pgettext_lazy

from agents.models import Agent
from automation.models.policy import Policy, Promise
from tickets.models import Ticket

COMPLAINT = "complaint"
"""A clock of this kind is no policy's: the level that a complaint has reached says how long it has."""


class ClockQuerySet(models.QuerySet["Clock"]):
    def visible_to(self, agent: Agent) -> ClockQuerySet:
        """The door for figures: of his teams' tickets, or of all."""
        if not agent.is_active:
            return self.none()
        return self if agent.sees_everything else self.filter(ticket__team__in=agent.team_ids())

    def running(self) -> ClockQuerySet:
        """Those whose promise is neither kept nor given up; paused ones among them."""
        return self.filter(stopped_at=None)

    def met(self) -> ClockQuerySet:
        return self.exclude(stopped_at=None).filter(breached_at=None).exclude(target=None)

    def breached(self) -> ClockQuerySet:
        return self.exclude(breached_at=None)


class Clock(models.Model):
    """Runs in the `spans`, whose last one is open while it runs. Everything else follows from these, the target and
    the hours: `due_at` is when the target will have passed, None while it is paused or nothing is promised."""

    id = models.BigAutoField(primary_key=True)
    ticket = models.ForeignKey(Ticket, models.CASCADE, db_index=False, related_name="clocks")
    kind = models.CharField(
        max_length=12,
        choices=[*Promise.choices, (COMPLAINT, pgettext_lazy("promise", "Answer to the complaint"))],
    )
    number = models.PositiveIntegerField(help_text="Of the event in the ticket that started it.")
    policy = models.ForeignKey(Policy, models.SET_NULL, null=True, related_name="clocks")
    target = models.PositiveIntegerField(null=True, help_text="Seconds of business time.")
    spans = models.JSONField(help_text="When it ran: [[from, until], [from, null]].")
    started_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True, help_text="When it was due, once that has passed.")
    steps_done = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, help_text="When something has to be done about it.")
    is_stale = models.BooleanField(default=False, help_text="It is to be worked out anew, by other policies.")

    objects = ClockQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "kind", "number"], name="clock_once")]
        indexes = [
            models.Index(fields=["next_at"], name="clock_next", condition=models.Q(next_at__isnull=False)),
            models.Index(fields=["started_at"], name="clock_started"),
            models.Index(
                fields=["stopped_at"], name="clock_stopped", condition=models.Q(stopped_at__isnull=False)
            ),
            models.Index(
                fields=["breached_at"], name="clock_breached", condition=models.Q(breached_at__isnull=False)
            ),
            models.Index(
                fields=["policy"], name="clock_running", condition=models.Q(stopped_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.ticket_id}"

    @property
    def runs(self) -> bool:
        return bool(self.spans) and self.spans[-1][1] is None

    def run(self, at: datetime) -> None:
        if not self.runs:
            self.spans.append([at.isoformat(), None])

    def pause(self, at: datetime) -> None:
        if self.runs:
            self.spans[-1][1] = at.isoformat()

    def stop(self, at: datetime) -> None:
        self.pause(at)
        self.stopped_at = at

    def go_on(self, at: datetime) -> None:
        self.stopped_at = None
        self.run(at)
