"""Queries that are asked again and again, put together once: Django takes longer to write some than PostgreSQL to
answer them, and PostgreSQL longer to plan them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from copy import copy
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

from events.named import Named

Row = TypeVar("Row", covariant=True)
Value = int | str | datetime | UUID

FEW = 8


class Prepared(Generic[Row]):
    """`build(*values, **shape)` gives a query set. Called with other values, this asks the same for those, and gives a
    list.

    It is built once in a process for each shape, and each number and kind of values. So values may only be compared
    with, as they are; the shape decides what is asked; nothing else may depend on the time or the language. It cannot
    prefetch."""

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self._build = build
        self._written: dict[Hashable, _Written] = {}
        self.__doc__ = build.__doc__

    def __call__(self, *values: Value, **shape: Hashable) -> list[Row]:
        key = *(type(value) for value in values), *shape.items()
        if key not in self._written:
            places = [_place(number, type(value)) for number, value in enumerate(values)]
            self._written[key] = _Written(self._build(*places, **shape), places)
        return self._written[key].asked_for(values)

    def first(self, *values: Value, **shape: Hashable) -> Row | None:
        """The first that is found; whoever builds it says in which order, and limits it to one."""
        return next(iter(self(*values, **shape)), None)

    def among(self, values: Iterable[Value]) -> list[Row]:
        """What is found for any of `values`, where the query takes as many as there are: a few at a time, so that few
        such queries are kept."""
        every = [*values]
        return [row for start in range(0, len(every), FEW) for row in self(*every[start : start + FEW])]


def _place(number: int, kind: type[Value]) -> Value:
    """What stands for a value until it is known, and is no constant of any query."""
    if issubclass(kind, int):
        return 900_000_000 + number
    if issubclass(kind, str):
        return f"\x1a{number}"
    if issubclass(kind, UUID):
        return UUID(int=number)
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=1 + number)


class _Written:
    """A query set with its SQL, and where in its parameters which value belongs."""

    def __init__(self, found: Any, places: list[Value]) -> None:
        self._found, self._fields, self._iterable = found, found._fields, found._iterable_class
        self._compiler = found.query.get_compiler(connection=connection)
        sql, params = self._compiler.as_sql()
        fitting = [(at, places.index(param)) for at, param in enumerate(params) if param in places]
        self._chosen = [place for _at, place in fitting]
        self._named = Named(sql, params, [at for at, _place in fitting])
        columns = [column[0] for column in self._compiler.select[: self._compiler.col_count]]
        self._converters = self._compiler.get_converters(columns)

    def asked_for(self, values: tuple[Value, ...]) -> list[Any]:
        chosen = [values[place] for place in self._chosen]
        if any(map(_is_vast, chosen)):
            return self._answer(*self._named.in_full(chosen))
        return self._named.run(chosen, self._answer)

    def _answer(self, sql: str, params: tuple[Any, ...]) -> list[Any]:
        compiler = copy(self._compiler)
        compiler.connection = connection
        own = vars(compiler)
        own["as_sql"] = lambda *args, **kwargs: (sql, params)
        own["get_converters"] = lambda columns: self._converters
        query: Any = _Query(self._found.query, compiler)
        found: Any = type(self._found)(self._found.model, query=query)
        found._fields = self._fields
        return list(self._iterable(found))


def _is_vast(value: Value) -> bool:
    """Whether it is a number that is no id, which may be compared with all the same: the server refuses to take it for
    one of a query that it knows."""
    return isinstance(value, int) and abs(value) >= 2**31


class _Query:
    """In place of a query set's query: all as there, but for its compiler, which has nothing left to write."""

    def __init__(self, query: Any, compiler: SQLCompiler) -> None:
        self._query, self._compiler = query, compiler

    def get_compiler(self, *args: Any, **kwargs: Any) -> SQLCompiler:
        return self._compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)
