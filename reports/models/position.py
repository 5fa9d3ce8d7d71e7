from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.timezone import now


class Position(models.Model):
    """How far the stream of events has been folded into figures: one row.

    Ids are given out before their transactions commit: what is read up to an id today may hold more tomorrow. So a
    mark is set at the newest id, and counts as settled only when every transaction that ran then has ended.
    """

    settled = models.BigIntegerField(default=0, help_text="No event up to this id will appear any more.")
    mark = models.BigIntegerField(default=0, help_text="The newest id when it was marked.")
    horizon = models.BigIntegerField(default=0, help_text="The next transaction's id then.")
    marked_at = models.DateTimeField(default=now)
    read = models.BigIntegerField(default=0, help_text="Up to this id was folded what could be seen then.")
    folded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="position_once")]

    def __str__(self) -> str:
        return f"settled up to {self.settled}"
