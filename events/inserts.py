"""Rows of which one or more are written with every message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models
from django.db.models import Field
from django.db.models.sql import InsertQuery

from events.named import Named


class OftenInserted(models.Model):
    """Inserted as Django does it, by a statement that is put together once for each model, and planned once."""

    class Meta:
        abstract = True

    def _do_insert(
        self, manager: Any, using: str, fields: Sequence[Field], returning_fields: Sequence[Field], raw: bool
    ) -> list[list[Any]]:
        values = [field.get_db_prep_save(field.pre_save(self, add=True), connection) for field in fields]
        if raw or any(hasattr(value, "as_sql") for value in values):  # The database is to work something out.
            return super()._do_insert(manager, using, fields, returning_fields, raw)  # type: ignore[misc]
        key = type(self), len(fields)  # With its primary key, or without.
        if key not in _inserts:
            _inserts[key] = _written(self, fields, returning_fields)
        [row] = _inserts[key].fetch(values)
        made = iter(row)
        return [[next(made) if _is_made(one) else getattr(self, one.attname) for one in returning_fields]]


_inserts: dict[tuple[type[models.Model], int], Named] = {}


def _written(row: models.Model, fields: Sequence[Field], returning_fields: Sequence[Field]) -> Named:
    query = InsertQuery(type(row))
    query.insert_values(fields, [row])
    compiler = query.get_compiler(connection=connection)
    compiler.returning_fields = [field for field in returning_fields if _is_made(field)]
    [(sql, _params)] = compiler.as_sql()
    return Named.of(sql)


def _is_made(field: Field) -> bool:
    """Whether the database alone knows its value; all others are at hand."""
    return field.primary_key or field.generated
