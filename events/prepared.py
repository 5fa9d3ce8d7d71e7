"""Queries that every page asks, put together once: Django takes longer to write some than PostgreSQL to answer them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from copy import copy
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row", covariant=True)

# They stand for the ids until those are known, and are no constant of any query.
_PLACES = range(900_000_001, 900_000_500)


class Prepared(Generic[Row]):
    """`build(*ids, **shape)` gives a query set. Called with other ids, this asks the same for those, and gives a list.

    It is built once in a process for each shape and number of ids. So ids may only be compared with, the shape
    decides what is asked, and nothing may depend on the time or the language. It cannot prefetch."""

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self._build = build
        self._written: dict[Hashable, _Written] = {}
        self.__doc__ = build.__doc__

    def __call__(self, *ids: int, **shape: Hashable) -> list[Row]:
        key = len(ids), *shape.items()
        if key not in self._written:
            self._written[key] = _Written(self._build(*_PLACES[: len(ids)], **shape))
        return self._written[key].asked_for(ids)


class _Written:
    """A query set with its SQL, and where in its parameters which id belongs."""

    def __init__(self, found: QuerySet[Any, Any]) -> None:
        self._found = found
        self._compiler = found.query.get_compiler(connection=connection)
        self._sql, self._params = self._compiler.as_sql()
        self._places = [
            (position, _PLACES.index(param))
            for position, param in enumerate(self._params)
            if isinstance(param, int) and param in _PLACES
        ]

    def asked_for(self, ids: tuple[int, ...]) -> list[Any]:
        params = [*self._params]
        for position, place in self._places:
            params[position] = ids[place]
        compiler = copy(self._compiler)
        compiler.connection = connection
        vars(compiler)["as_sql"] = lambda *args, **kwargs: (self._sql, tuple(params))
        query: Any = _Query(self._found.query, compiler)
        found = type(self._found)(self._found.model, query=query)
        found._fields = self._found._fields
        return list(self._found._iterable_class(found))


class _Query:
    """In place of a query set's query: all as there, but for its compiler, which has nothing left to write."""

    def __init__(self, query: Any, compiler: SQLCompiler) -> None:
        self._query, self._compiler = query, compiler

    def get_compiler(self, *args: Any, **kwargs: Any) -> SQLCompiler:
        return self._compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)
