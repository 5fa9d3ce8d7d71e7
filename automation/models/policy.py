"""What we promise to whom: policies in an order, the first whose conditions hold is the ticket's."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from agents.models import Calendar
from automation.models.ordered import change_places, next_position
from events.bus import emit
from tickets.models import Status

CONDITIONS = ("source", "team", "priority", "tag", "language", "tier")
USUAL_TARGETS = {
    "first_reply": {"4": 60, "3": 120, "2": 240, "1": 480},
    "next_reply": {"4": 60, "3": 120, "2": 240, "1": 480},
    "resolution": {"4": 480, "3": 960, "2": 1440, "1": 2400},
}
"""Minutes of business time by priority."""
PAUSES = (Status.PENDING, Status.ON_HOLD)


class Promise(models.TextChoices):
    """What is promised."""

    FIRST_REPLY = "first_reply", pgettext_lazy("promise", "First reply")
    NEXT_REPLY = "next_reply", pgettext_lazy("promise", "Next reply")
    RESOLUTION = "resolution", pgettext_lazy("promise", "Solution")


class Step(models.TextChoices):
    """What is done when a promise is about to be broken, or was."""

    TELL_ASSIGNEE = "tell_assignee", pgettext_lazy("escalation", "Tell the assignee")
    TELL_LEADS = "tell_leads", pgettext_lazy("escalation", "Tell the team’s leads")
    TELL = "tell", pgettext_lazy("escalation", "Tell an agent")
    ASSIGN = "assign", pgettext_lazy("escalation", "Assign to an agent")
    RAISE = "raise", pgettext_lazy("escalation", "Raise the priority")


def usual_pauses() -> list[str]:
    return [status.value for status in PAUSES]


def usual_targets() -> dict[str, dict[str, int]]:
    return {promise: dict(by_priority) for promise, by_priority in USUAL_TARGETS.items()}


class Policy(models.Model):
    """`conditions`: by fact, the values of which the ticket has one; all facts must fit. `steps`: what is done, each
    `minutes` of business time after the deadline, or before it where they are negative."""

    name = models.CharField(max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_on = models.BooleanField(default=True)
    conditions = models.JSONField(default=dict, help_text='{"priority": [4], "tier": ["vip"]}')
    targets = models.JSONField(default=usual_targets, help_text='{"first_reply": {"4": 60}}: minutes.')
    calendar = models.ForeignKey(
        Calendar,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="policies",
        help_text="None: the team’s own.",
    )
    pauses = models.JSONField(default=usual_pauses)
    warn_minutes = models.PositiveIntegerField(default=30, help_text="0: no warning.")
    steps = models.JSONField(default=list, help_text='[{"minutes": 0, "do": "tell", "to": 7}]')

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.name or _("Usual promises")

    def fits(self, facts: dict[str, Any]) -> bool:
        """Whether a ticket with these facts is one of those it is for; a fact may be a set, as tags are."""
        for fact, wanted in self.conditions.items():
            has = facts.get(fact)
            if not (has & set(wanted) if isinstance(has, frozenset) else has in wanted):
                return False
        return True

    def target(self, promise: str, priority: int) -> int | None:
        """Seconds of business time in which it is to be kept; None: nothing is promised."""
        minutes = self.targets.get(promise, {}).get(str(priority))
        return minutes * 60 if minutes else None

    @transaction.atomic
    def change(self, by: Any, **facts: Any) -> None:
        """Set what it promises, to whom, and when that is counted. A new one comes last."""
        if self.pk is None and not self.position:
            self.position = next_position(Policy)
        for name, value in facts.items():
            setattr(self, name, value)
        self.save()
        PolicyBook.renew()
        emit("policy.changed", self, actor=by)

    @transaction.atomic
    def remove(self, by: Any) -> None:
        """It promises nothing any more; clocks that run by it go on."""
        gone = ("policy", self.pk)
        self.delete()
        PolicyBook.renew()
        emit("policy.changed", gone, actor=by)

    @transaction.atomic
    def move(self, up: bool, by: Any) -> None:
        """One place up or down."""
        if change_places(self, Policy.objects.all(), up=up):
            PolicyBook.renew()
            emit("policy.changed", self, actor=by)


class PolicyBook(models.Model):
    """Which edition of the policies and calendars holds: one row, so that each process may keep them in memory."""

    edition = models.UUIDField(default=uuid4)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="policy_book_once")]

    def __str__(self) -> str:
        return str(self.edition)

    @classmethod
    def renew(cls) -> None:
        """What was kept in memory holds no longer."""
        cls.objects.update_or_create(pk=1, defaults={"edition": uuid4()})
