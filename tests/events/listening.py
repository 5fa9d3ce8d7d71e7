"""Subscribers of the tests, for this process and for the worker.

Each effect is a row in a table without constraints, so that a second effect would be seen.
"""

from collections import Counter

from django.db import connection

from events.models import Event

KIND = "team.changed"
TABLE = """CREATE TABLE IF NOT EXISTS effect
    (event bigint, subscriber text, cause bigint, backend int DEFAULT pg_backend_pid())"""


def first(event: Event) -> None:
    take_effect(event, "first")


def second(event: Event) -> None:
    take_effect(event, "second")


def take_effect(event: Event, subscriber: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO effect (event, subscriber, cause) VALUES (%s, %s, %s)",
            [event.pk, subscriber, event.cause_id],
        )


def effects() -> Counter[tuple[int, str]]:
    """How often each subscriber took effect for each event."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT event, subscriber FROM effect")
        return Counter(cursor.fetchall())
