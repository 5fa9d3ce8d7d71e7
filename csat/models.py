from __future__ import annotations

import secrets
from datetime import timedelta
from functools import partial

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.utils.timezone import now

from agents.models import Agent, Team
from events.bus import emit
from tickets.models import Ticket

CHANGEABLE = timedelta(days=14)
LEASE = timedelta(seconds=30)


class SurveyQuerySet(models.QuerySet["Survey"]):
    def open(self) -> SurveyQuerySet:
        """Those that can be answered, or answered otherwise."""
        return self.filter(asked_at__gt=now() - CHANGEABLE)

    def answerable(self, token: str) -> Survey | None:
        """The survey of that token while it can be answered or changed; None for wrong and expired alike."""
        return self.open().select_related("ticket__customer").filter(token=token).first()

    def refused_by(self, customer_id: int) -> bool:
        """Whether the customer wants to be asked no more."""
        return self.filter(ticket__customer=customer_id).exclude(refused_at=None).exists()

    @transaction.atomic
    def claim_due(self, limit: int) -> list[int]:
        """Whom to ask now, longest waiting first; each is then left alone for 30 s, for whoever asks it."""
        due = self.select_for_update(skip_locked=True).filter(ask_at__lte=now()).order_by("ask_at")
        ids = list(due.values_list("pk", flat=True)[:limit])
        self.filter(pk__in=ids).update(ask_at=now() + LEASE)
        return ids


class Survey(models.Model):
    """One question about one ticket, to one customer; agent and team are those at the time of solving."""

    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="survey")
    agent = models.ForeignKey(Agent, models.SET_NULL, null=True, related_name="surveys")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, related_name="surveys")
    token = models.CharField(
        max_length=48, unique=True, default=partial(secrets.token_urlsafe, 24), editable=False
    )
    ask_at = models.DateTimeField(null=True, help_text="When to ask; empty: not planned, or asked.")
    asked_at = models.DateTimeField(null=True)
    score = models.PositiveSmallIntegerField(
        null=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    comment = models.TextField(blank=True)
    refused_at = models.DateTimeField(null=True, help_text="When the customer wanted no more questions.")
    answered_at = models.DateTimeField(null=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["ask_at"], name="survey_to_ask", condition=models.Q(ask_at__isnull=False))
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(score=None) | models.Q(score__range=(1, 5)), name="survey_score_range"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id}: {self.score or 'not answered'}"

    @transaction.atomic
    def refuse(self) -> None:
        """The customer wants no more questions, about whatever ticket."""
        if Survey.objects.filter(pk=self.pk, refused_at=None).update(refused_at=now()):
            emit("survey.refused", self, actor=("customer", self.ticket.customer_id), survey=self.pk)

    @transaction.atomic
    def allow(self) -> None:
        """He may be asked again, wherever he had refused it."""
        refused = Survey.objects.filter(ticket__customer=self.ticket.customer_id).exclude(refused_at=None)
        if refused.update(refused_at=None):
            emit("survey.allowed", self, actor=("customer", self.ticket.customer_id), survey=self.pk)

    @transaction.atomic
    def answer(self, score: int, comment: str) -> None:
        """Take the customer's answer, or his change of mind; the rating then stands on the ticket."""
        survey = Survey.objects.select_for_update(of=("self",)).select_related("ticket").get(pk=self.pk)
        if (survey.score, survey.comment) == (score, comment):
            return
        changed = survey.score is not None
        self.score, self.comment, self.answered_at = score, comment[:5000], now()
        self.save(update_fields=["score", "comment", "answered_at"])
        survey.ticket.rate(score, self.comment, ("customer", survey.ticket.customer_id))
        emit(
            "survey.answered",
            self,
            actor=("customer", survey.ticket.customer_id),
            survey=self.pk,
            score=score,
            changed=changed,
        )
