from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.db import connection, models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from events.named import Named


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, kind: str, id: int) -> EventQuerySet:
        """What happened to one subject, oldest first."""
        return self.filter(subject_kind=kind, subject_id=id).order_by("id")

    def of_ticket(self, ticket_id: int) -> EventQuerySet:
        """A ticket's history in its own order, which has no gaps; the global ids commit out of order."""
        return self.filter(ticket_id=ticket_id).order_by("number")


_WRITE = Named.of("""
    WITH event AS (
        INSERT INTO events_event (kind, subject_kind, subject_id, actor_kind, actor_id, ticket_id, number, cause_id,
                                  payload, request_id, at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        RETURNING id
    ), receipt AS (
        INSERT INTO events_receipt (event_id, subscriber, state, attempts, next_try_at, error)
        SELECT event.id, subscriber, 'pending', 0, %s::timestamptz, '' FROM event, unnest(%s::text[]) AS subscriber
        RETURNING id
    )
    SELECT event.id, ARRAY(SELECT id FROM receipt ORDER BY id) FROM event
""")


class Event(models.Model):
    """One fact, written in the transaction that made it true. Never changed, never deleted but with its subject."""

    kind = models.CharField(max_length=64)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.BigIntegerField(null=True)
    actor_kind = models.CharField(max_length=32)
    actor_id = models.BigIntegerField(null=True)
    ticket_id = models.BigIntegerField(null=True, help_text="The ticket it belongs to, if any.")
    number = models.PositiveIntegerField(null=True, help_text="Its place in the ticket's own order.")
    cause = models.ForeignKey("self", models.SET_NULL, null=True, related_name="effects")
    payload = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(default=now)

    subject: Any = None
    """For those who listen within the transaction: what it happened to, as the verb has it in hand, locked."""
    at_hand: Mapping[str, Any] = MappingProxyType({})
    """For them too: what the payload names by its id, as far as the verb has it."""

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="event_subject"),
            models.Index(fields=["at"], name="event_at"),
            models.Index(
                fields=["subject_id", "at"], name="event_presence", condition=Q(kind="agent.presence_changed")
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["ticket_id", "number"], name="event_ticket_number"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_kind}:{self.subject_id}"

    def write(self, subscribers: list[str]) -> list[int]:
        """Insert it together with a pending receipt for each of the subscribers; returns the receipts' ids.

        One statement: it is part of every change there is."""
        [(self.pk, receipts)] = _WRITE.fetch(
            [
                self.kind, self.subject_kind, self.subject_id, self.actor_kind, self.actor_id, self.ticket_id,
                self.number, self.cause_id, json.dumps(self.payload), self.request_id, self.at,
                straggles_at(), subscribers,
            ]
        )  # fmt: skip
        self._state.adding, self._state.db = False, connection.alias
        return receipts


STRAGGLER = timedelta(seconds=30)
"""A receipt whose task has not finished by then is queued again."""


def straggles_at() -> datetime:
    return now() + STRAGGLER


class ReceiptState(models.TextChoices):
    PENDING = "pending", _("Pending")
    DONE = "done", _("Done")
    DEAD = "dead", _("Given up")


class Receipt(models.Model):
    """That one subscriber has to act on one event, and whether it has."""

    event = models.ForeignKey(Event, models.CASCADE, db_index=False, related_name="receipts")
    subscriber = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=ReceiptState, default=ReceiptState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=straggles_at, help_text="When the sweep queues it again.")
    error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "subscriber"], name="receipt_once")]
        indexes = [
            models.Index(fields=["next_try_at"], name="receipt_pending", condition=Q(state="pending")),
            models.Index(fields=["-id"], name="receipt_dead", condition=Q(state="dead")),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber} ← {self.event_id}: {self.state}"
