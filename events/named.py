"""Statements that the database server is told of by name, once they were used often on a connection: PostgreSQL takes
longer to plan some than to carry them out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from django.db import NotSupportedError, connection
from psycopg2.extensions import AsIs

OFTEN = 5
"""The use on one connection at which its server is told of a statement, to plan it no more."""
NEVER = -1_000_000_000

Result = TypeVar("Result")

_numbers = count(1)


class Named:
    """`sql` with a mark (%s) for each of `params`, of which those at `places` are other ones each time."""

    def __init__(self, sql: str, params: Sequence[Any], places: Sequence[int]) -> None:
        self._sql, self._params, self._places = sql, params, places
        self._name = f"asked_{next(_numbers)}"
        self._by_name = f"EXECUTE {self._name} ({', '.join(['%s'] * len(places))})"
        self._uses: WeakKeyDictionary[Any, int] = WeakKeyDictionary()  # by connection

    @classmethod
    def of(cls, sql: str) -> Named:
        """One whose every value is another each time."""
        marks = sql.count("%s")
        return cls(sql, [None] * marks, range(marks))

    def run(self, values: Sequence[Any], act: Callable[[str, tuple[Any, ...]], Result]) -> Result:
        """What `act` makes of the statement and its parameters: by name, where this connection has used it often
        enough to have given it one."""
        if not self._is_known():
            return act(*self.in_full(values))
        try:
            return act(self._by_name, tuple(values))
        except NotSupportedError:
            # Since the server was told of it, a migration has changed the type of a column.
            self._uses[connection.connection] = NEVER
            if connection.in_atomic_block:
                raise
            return act(*self.in_full(values))

    def fetch(self, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """The rows that come back."""
        return self.run(values, _fetched)

    def in_full(self, values: Sequence[Any]) -> tuple[str, tuple[Any, ...]]:
        params = [*self._params]
        for place, value in zip(self._places, values, strict=True):
            params[place] = value
        return self._sql, tuple(params)

    def _is_known(self) -> bool:
        if not self._places:
            return False
        # As `cursor` would in a moment: what another server knew is not known to this one.
        connection.close_if_health_check_failed()
        connection.ensure_connection()
        server = connection.connection
        uses = self._uses.get(server, 0) + 1
        if uses == OFTEN:
            self._tell(server)
        self._uses[server] = uses  # Only now: where telling failed, it is told the next time.
        return uses >= OFTEN

    def _tell(self, server: Any) -> None:
        marked = self.in_full([AsIs(f"${number}") for number in range(1, len(self._places) + 1)])
        with connection.wrap_database_errors, server.cursor() as cursor:
            cursor.execute(f"PREPARE {self._name} AS {marked[0]}", marked[1])


def _fetched(sql: str, params: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
