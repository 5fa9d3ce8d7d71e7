from __future__ import annotations

import secrets
from datetime import timedelta
from functools import partial

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils.crypto import constant_time_compare
from django.utils.timezone import now

from agents.models import Agent, Team
from channels_inbox.models import Channel
from events.bus import emit
from text.storable import storable
from tickets.models import Ticket

CHANGEABLE = timedelta(days=14)
LEASE = timedelta(seconds=30)
LONGEST_COMMENT = 5000
TOKEN_BYTES = 24
TOKEN_LENGTH = 32
SELECTOR = 12
"""Of a token's characters, those by which its row is looked up: the index may tell how far they are right by the time
it takes. The other twenty (120 bits) are compared in constant time."""
_NOBODYS = "-" * TOKEN_LENGTH


class SurveyQuerySet(models.QuerySet["Survey"]):
    def visible_to(self, agent: Agent) -> SurveyQuerySet:
        """The door of the supervisors' page: leads see their teams', those who see everything all."""
        if not (agent.is_active and agent.is_lead):
            return self.none()
        return self if agent.sees_everything else self.filter(team__in=agent.team_ids())

    def asked(self) -> SurveyQuerySet:
        return self.filter(asked_at__isnull=False)

    def open(self) -> SurveyQuerySet:
        """Those that can be answered, or answered otherwise."""
        return self.filter(asked_at__gt=now() - CHANGEABLE)

    def of_token(self, token: str) -> Survey | None:
        """The survey of that token, however old."""
        found = None
        if len(token) == TOKEN_LENGTH:
            # Without an order: by that of the key the database would walk through all of them.
            like = (
                self.select_related("ticket__customer").filter(token__startswith=token[:SELECTOR]).order_by()
            )
            found = next(iter(like[:1]), None)
        known = found.token if found else _NOBODYS
        return found if constant_time_compare(known, token) else None

    def answerable(self, token: str) -> Survey | None:
        """The survey of that token while it can be answered or changed; None for wrong and expired alike."""
        return self.open().of_token(token)

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
    """One question about one ticket, to one customer; agent, team and channel are those at the time of asking."""

    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="survey")
    agent = models.ForeignKey(Agent, models.SET_NULL, null=True, related_name="surveys")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, related_name="surveys")
    channel = models.ForeignKey(Channel, models.SET_NULL, null=True, related_name="surveys", db_index=False)
    token = models.CharField(
        max_length=48, unique=True, default=partial(secrets.token_urlsafe, TOKEN_BYTES), editable=False
    )
    ask_at = models.DateTimeField(null=True, help_text="When to ask; empty: not planned, or asked.")
    asked_at = models.DateTimeField(null=True)
    score = models.PositiveSmallIntegerField(
        null=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    comment = models.TextField(blank=True)
    declined_at = models.DateTimeField(null=True, help_text="When the customer said: not now.")
    refused_at = models.DateTimeField(null=True, help_text="When the customer wanted no more questions.")
    answered_at = models.DateTimeField(null=True)
    follow_up = models.OneToOneField(
        Ticket, models.SET_NULL, null=True, related_name="+", help_text="What a low rating opened."
    )

    objects = SurveyQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["ask_at"], name="survey_to_ask", condition=Q(ask_at__isnull=False)),
            # The figures of a period are counted from this index alone.
            models.Index(
                fields=["asked_at"],
                name="survey_asked",
                include=["score", "team", "agent", "channel"],
                condition=Q(asked_at__isnull=False),
            ),
            models.Index(fields=["-answered_at", "-id"], name="survey_comments", condition=~Q(comment="")),
            models.Index(
                fields=["team", "-answered_at", "-id"], name="survey_team_comments", condition=~Q(comment="")
            ),
            models.Index(
                fields=["agent", "-answered_at", "-id"],
                name="survey_agent_comments",
                condition=~Q(comment=""),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__range=(1, 5)), name="survey_score_range"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id}: {self.score or 'not answered'}"

    @transaction.atomic
    def decline(self) -> None:
        """Not now, says the customer. He can still answer."""
        if Survey.objects.filter(pk=self.pk, declined_at=None, score=None).update(declined_at=now()):
            emit("survey.declined", self, actor=("customer", self.ticket.customer_id), survey=self.pk)

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
    def answer(self, score: int, comment: str | None = None) -> None:
        """Take the customer's answer, or his change of mind; the rating then stands on the ticket. `comment`: None
        leaves it as it is."""
        ticket = self.ticket
        ticket.lock()
        self.refresh_from_db(fields=["score", "comment"])
        comment = self.comment if comment is None else storable(comment)[:LONGEST_COMMENT]
        if (self.score, self.comment) == (score, comment):
            return
        changed = self.score is not None
        self.score, self.comment, self.answered_at = score, comment, now()
        self.save(update_fields=["score", "comment", "answered_at"])
        customer = ("customer", ticket.customer_id)
        ticket.rate(score, comment, customer)
        emit("survey.answered", self, actor=customer, survey=self.pk, score=score, changed=changed)
