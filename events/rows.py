"""Rows of which one or more are written with every message."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection, connections, models
from django.db.models import Field
from django.db.models.sql import InsertQuery

from events.named import Named


class OftenWritten(models.Model):
    """Inserted and updated as Django does it, by statements that are put together once for each model and set of
    fields, and planned once."""

    class Meta:
        abstract = True

    def _do_insert(
        self, manager: Any, using: str, fields: Sequence[Field], returning_fields: Sequence[Field], raw: bool
    ) -> list[list[Any]]:
        values = [] if raw else [field.pre_save(self, add=True) for field in fields]
        if raw or _is_worked_out(values):
            return super()._do_insert(manager, using, fields, returning_fields, raw)  # type: ignore[misc]
        key = type(self), len(fields)  # With its primary key, or without.
        if key not in _inserts:
            _inserts[key] = _insert(self, fields, returning_fields)
        [row] = _inserts[key].fetch(_prepared(fields, values))
        made = iter(row)
        return [[next(made) if _is_made(one) else getattr(self, one.attname) for one in returning_fields]]

    def _do_update(  # type: ignore[override]  # Django 5.2's, of which the stubs know a later one
        self,
        base_qs: Any,
        using: str,
        pk_val: Any,
        values: Sequence[tuple[Field, None, Any]],
        update_fields: Collection[str] | None,
        forced_update: bool,
    ) -> bool:
        fields = [field for field, _none, _value in values]
        new = [value for _field, _none, value in values]
        if not (update_fields and values) or _is_worked_out(new):
            ours: Any = super()
            return ours._do_update(base_qs, using, pk_val, values, update_fields, forced_update)
        key = type(self), *(field.attname for field in fields)
        if key not in _updates:
            _updates[key] = _update(self, fields)
        return bool(_updates[key].fetch([*_prepared(fields, new), pk_val]))


_inserts: dict[tuple[type[models.Model], int], Named] = {}
_updates: dict[tuple[Any, ...], Named] = {}


def _insert(row: models.Model, fields: Sequence[Field], returning_fields: Sequence[Field]) -> Named:
    query = InsertQuery(type(row))
    query.insert_values(fields, [row])
    compiler = query.get_compiler(connection=connection)
    compiler.returning_fields = [field for field in returning_fields if _is_made(field)]
    [(sql, _params)] = compiler.as_sql()
    return Named.of(sql)


def _update(row: models.Model, fields: Sequence[Field]) -> Named:
    meta: Any = row._meta
    name = connection.ops.quote_name
    changes = ", ".join(f"{name(str(field.column))} = %s" for field in fields)
    key = name(meta.pk.column)
    return Named.of(f"UPDATE {name(meta.db_table)} SET {changes} WHERE {key} = %s RETURNING {key}")  # noqa: S608


def _is_made(field: Field) -> bool:
    """Whether the database alone knows its value; all others are at hand."""
    return field.primary_key or field.generated


def _is_worked_out(values: Sequence[Any]) -> bool:
    """Whether the database has to find out one of them."""
    return any(hasattr(value, "resolve_expression") for value in values)


def _prepared(fields: Sequence[Field], values: Sequence[Any]) -> list[Any]:
    real: Any = connections[connection.alias]  # The proxy would look for it anew for each field.
    return [field.get_db_prep_save(value, real) for field, value in zip(fields, values, strict=True)]
