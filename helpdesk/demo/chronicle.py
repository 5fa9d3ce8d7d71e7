"""Doing now what happened then: verbs stamp the present, and afterwards every stamp gets the time it stands for."""

from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db.models import DateTimeField, Model
from django.utils.timezone import now

from events import history


class Chronicle:
    """Remembers which past moment was being lived when."""

    def __init__(self) -> None:
        self.now = now()
        self._real: list[datetime] = []
        self._told: list[datetime] = []

    @contextmanager
    def time(self, at: datetime) -> Iterator[None]:
        """What is done inside happened at `at`."""
        self._real.append(now())
        self._told.append(at)
        with history.as_of(at):
            yield

    def backdate(self, *models: type[Model]) -> None:
        """Correct the times in all rows of `models` that were stamped since the chronicle began; plans for the
        future stay."""
        end = now()
        for model in models:
            fields = [field.name for field in model._meta.concrete_fields if isinstance(field, DateTimeField)]
            rows = list(model.objects.only("pk", *fields))
            for row in rows:
                for name in fields:
                    stamp = getattr(row, name)
                    if stamp and self.now <= stamp <= end:
                        setattr(row, name, self._told[bisect_right(self._real, stamp) - 1])
            model.objects.bulk_update(rows, fields, batch_size=500)
