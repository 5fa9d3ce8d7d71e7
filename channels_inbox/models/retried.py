"""What is tried until it succeeds: how often it was tried, when it may be tried again, and whose try it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now

STRAGGLER = timedelta(seconds=30)
Row = TypeVar("Row", bound="Retried")


class RetriedQuerySet(models.QuerySet[Row]):
    def waiting(self) -> Self:
        return self.filter(state=self.model.WAITING)

    def due(self) -> Self:
        """Failed ones whose time has come, and ones whose task was lost."""
        failed, forgotten = Q(attempts__gt=0, next_try_at__lt=now()), Q(next_try_at__lt=now() - STRAGGLER)
        return self.waiting().filter(failed | forgotten).order_by("next_try_at")

    def begin(self, pk: int, **fields: Any) -> bool:
        """Whether this try is ours; `fields` then say so. It is counted before it begins: what kills its worker
        runs out of tries too."""
        ready = self.waiting().filter(pk=pk, next_try_at__lte=now())
        return bool(ready.update(attempts=F("attempts") + 1, **fields))


class Retried(models.Model):
    """Its state is WAITING before each try, and GIVEN_UP when no other will follow."""

    WAITING: ClassVar[str]
    GIVEN_UP: ClassVar[str]

    state = models.CharField(max_length=12)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=now)

    class Meta:
        abstract = True

    def begin_anew(self, **fields: Any) -> bool:
        """A fresh start for what was given up. Whether it was."""
        given_up = type(self)._default_manager.filter(pk=self.pk, state=self.GIVEN_UP)
        return bool(given_up.update(state=self.WAITING, attempts=0, next_try_at=now(), **fields))
