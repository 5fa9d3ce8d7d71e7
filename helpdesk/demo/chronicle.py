"""Doing now what happened then: verbs stamp the present, and afterwards every stamp gets the time it stands for."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection
from django.db.models import DateTimeField, Model
from django.utils.timezone import now

from events import history

MOMENTS = """
CREATE TEMPORARY TABLE moments ON COMMIT DROP AS
SELECT * FROM unnest(%s::timestamptz[], %s::timestamptz[]) AS moment (lived_at, happened_at)
"""
BACKDATE = """
UPDATE {table} SET {column} = (
    SELECT happened_at FROM moments WHERE lived_at <= {column} ORDER BY lived_at DESC LIMIT 1
) WHERE {column} BETWEEN %s AND %s
"""


class Chronicle:
    """Remembers which past moment was being lived when."""

    def __init__(self) -> None:
        self.now = now()
        self._lived: list[datetime] = []
        self._happened: list[datetime] = []

    @contextmanager
    def time(self, at: datetime) -> Iterator[None]:
        """What is done inside happened at `at`."""
        self._lived.append(now())
        self._happened.append(at)
        with history.as_of(at):
            yield

    def backdate(self, *models: type[Model]) -> None:
        """Correct the times in all rows of `models` that were stamped since the chronicle began; plans for the
        future stay."""
        quote, end = connection.ops.quote_name, now()
        with connection.cursor() as cursor:
            cursor.execute(MOMENTS, [self._lived, self._happened])
            cursor.execute("CREATE INDEX ON moments (lived_at)")
            for model in models:
                for field in model._meta.concrete_fields:
                    if isinstance(field, DateTimeField):
                        names = {
                            "table": quote(model._meta.db_table),
                            "column": quote(field.column or field.name),
                        }
                        cursor.execute(BACKDATE.format(**names), [self._lived[0], end])
