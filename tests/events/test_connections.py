"""Work that belongs to no request keeps its connection, and outlives a server that was started anew."""

import pytest
from django.db import OperationalError, connection, connections

from events import connections as looking
from events.connections import look_after_connection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def kept(monkeypatch):
    """As in production, where connections stay open."""
    monkeypatch.setattr(looking, "A_MOMENT", 60)
    connection.close()
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "CONN_HEALTH_CHECKS", True)
        patch.setitem(connection.settings_dict, "CONN_MAX_AGE", None)
        yield
    connection.close()


def _ask() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def _end(backend: int) -> None:
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [backend])
    finally:
        other.close()


def test_whether_the_server_is_there_is_asked_once_in_a_moment(monkeypatch):
    asked, backend = [], _ask()
    usable = connection.is_usable
    monkeypatch.setattr(connection, "is_usable", lambda: asked.append(1) or usable())
    monkeypatch.setattr(looking._thread, "looked_at", 0, raising=False)
    for _ in range(5):
        look_after_connection()
        assert _ask() == backend
    assert len(asked) == 1


def test_a_connection_that_failed_is_replaced_at_once():
    look_after_connection()
    gone = _ask()
    _end(gone)
    with pytest.raises(OperationalError):
        _ask()
    look_after_connection()
    assert _ask() != gone
