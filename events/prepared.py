"""Queries that are asked again and again, put together once: Django takes longer to write some than PostgreSQL to
answer them, and PostgreSQL longer to plan them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from copy import copy
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Generic, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import NotSupportedError, connection
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler
from psycopg2.extensions import AsIs

Row = TypeVar("Row", covariant=True)
Value = int | str | datetime | UUID

OFTEN = 5
"""The use on one connection at which its server is told of a query, to plan it no more."""
NEVER = -1_000_000_000
FEW = 8

_numbers = count(1)


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
        self._sql, self._params = self._compiler.as_sql()
        self._places = [
            (position, places.index(param)) for position, param in enumerate(self._params) if param in places
        ]
        self._name = f"asked_{next(_numbers)}"
        self._uses: WeakKeyDictionary[Any, int] = WeakKeyDictionary()  # by connection

    def asked_for(self, values: tuple[Value, ...]) -> list[Any]:
        by_name = self._by_name(values)
        if by_name is None:
            return self._answer(*self._in_full(values))
        try:
            return self._answer(*by_name)
        except NotSupportedError:
            # Since the server was told of it, a migration has changed the type of a column.
            self._uses[connection.connection] = NEVER
            if connection.in_atomic_block:
                raise
            return self._answer(*self._in_full(values))

    def _answer(self, sql: str, params: tuple[Any, ...]) -> list[Any]:
        compiler = copy(self._compiler)
        compiler.connection = connection
        vars(compiler)["as_sql"] = lambda *args, **kwargs: (sql, params)
        query: Any = _Query(self._found.query, compiler)
        found: Any = type(self._found)(self._found.model, query=query)
        found._fields = self._fields
        return list(self._iterable(found))

    def _in_full(self, values: tuple[Value, ...]) -> tuple[str, tuple[Any, ...]]:
        params = [*self._params]
        for position, place in self._places:
            params[position] = values[place]
        return self._sql, tuple(params)

    def _by_name(self, values: tuple[Value, ...]) -> tuple[str, tuple[Any, ...]] | None:
        """How to ask for it by its name; None while this connection has not asked often enough to give it one."""
        server = connection.connection
        if server is None or not self._places or any(map(_is_vast, values)):
            return None
        uses = self._uses.get(server, 0) + 1
        if uses == OFTEN:
            self._tell(server)
        self._uses[server] = uses
        if uses < OFTEN:
            return None
        marks = ", ".join(["%s"] * len(self._places))
        return f"EXECUTE {self._name} ({marks})", tuple(values[place] for _, place in self._places)

    def _tell(self, server: Any) -> None:
        params = [*self._params]
        for number, (position, _place) in enumerate(self._places, start=1):
            params[position] = AsIs(f"${number}")
        with server.cursor() as cursor:
            cursor.execute(f"PREPARE {self._name} AS {self._sql}", params)


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
