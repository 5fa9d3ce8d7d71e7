from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, models
from django.utils.timezone import now

from agents.models.agent import Agent
from agents.models.token import Token

KEPT = dt.timedelta(hours=24)
WAIT = "10s"


class IdempotencyKey(models.Model):
    """That a request was done, and what it made, so that the same request again does nothing.

    It names the thing and not the answer: words of customers are not kept twice, and who repeats the request
    sees what he may see then.
    """

    agent = models.ForeignKey(Agent, models.CASCADE, related_name="+")
    token = models.ForeignKey(Token, models.CASCADE, null=True, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(
        max_length=64, help_text="SHA-256 of the method, the address and the body."
    )
    made_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "token", "key"], name="idempotency_key_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.agent_id}"

    @classmethod
    def claim(
        cls, agent: Agent, token: Token | None, key: str, fingerprint: str
    ) -> tuple[IdempotencyKey, bool]:
        """The row of that key, and whether it is new. Needs an open transaction: it is kept only if what follows
        is done. Waits, 10 s at most (then OperationalError), for another request with the same key."""
        owner: dict[str, Any] = {"agent": agent, "token": token}
        cls.objects.filter(**owner, created_at__lt=now() - KEPT).delete()
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{WAIT}'")
        row = IdempotencyKey(**owner, key=key, fingerprint=fingerprint)
        IdempotencyKey.objects.bulk_create([row], ignore_conflicts=True)
        kept = cls.objects.get(**owner, key=key)
        return kept, kept.made_id is None

    def keep(self, made: models.Model) -> None:
        """This is what the request made."""
        self.made_id = made.pk
        self.save(update_fields=["made_id"])
