"""Rows into tables as fast as PostgreSQL takes them: COPY, with the indexes made afterwards."""

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

CHUNK = 20_000
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """COPY `rows` of values for `columns` (field attnames); all other fields get what a new instance has."""
    blank = model()
    fields = {field.attname: field for field in model._meta.concrete_fields if not field.generated}
    rest = [name for name in fields if name not in columns and not fields[name].primary_key]
    tail = "".join("\t" + _written(_plain(fields[name], getattr(blank, name))) for name in rest) + "\n"
    names = ", ".join(f'"{fields[name].column}"' for name in (*columns, *rest))
    sql = f'COPY "{model._meta.db_table}" ({names}) FROM STDIN'
    buffer, held = io.StringIO(), 0
    with connection.cursor() as cursor:
        for row in rows:
            buffer.write("\t".join(map(_written, row)) + tail)
            held += 1
            if held == CHUNK:
                buffer.seek(0)
                cursor.copy_expert(sql, buffer)
                buffer, held = io.StringIO(), 0
        buffer.seek(0)
        cursor.copy_expert(sql, buffer)


@contextmanager
def unindexed(*tables: type[models.Model]) -> Iterator[None]:
    """Drop foreign keys and the indexes that are no constraints; make them again, and set the sequences, at the end."""
    names = [table._meta.db_table for table in tables]
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = ANY(%s)
               AND indexname NOT IN (SELECT conname FROM pg_constraint)""",
            [names],
        )
        indexes = cursor.fetchall()
        cursor.execute(
            """SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint
               WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])""",
            [names],
        )
        references = cursor.fetchall()
        for table, name, _definition in references:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for _name, definition in indexes:
            cursor.execute(definition)
        for table, name, definition in references:
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        for sql in connection.ops.sequence_reset_sql(no_style(), list(tables)):
            cursor.execute(sql)
        cursor.execute("RESET maintenance_work_mem")


def _plain(field: models.Field, value: Any) -> Any:
    return json.dumps(value) if isinstance(field, models.JSONField) else value


def _written(value: Any) -> str:
    if value is None:
        return "\\N"
    if type(value) is int:
        return str(value)
    if value is True or value is False:
        return "t" if value else "f"
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return str(value).translate(_ESCAPES)
