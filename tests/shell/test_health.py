"""What the machine that watches us asks."""

import pytest
from django.urls import reverse

from events.models import Event, Receipt, ReceiptState
from helpdesk.health import checks

PLACES = ["alive", "ready", "metrics"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.django_db
def test_it_answers_everybody_reads_only(client, place):
    assert client.get(reverse(place)).status_code == 200
    assert client.post(reverse(place)).status_code == 405


def test_alive_needs_no_database(client):
    assert client.get("/healthz").content == b"ok"


@pytest.mark.django_db
def test_ready_names_what_is_missing_without_detail(client, settings):
    settings.REDIS_URL = "redis://:secret@127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"database": "ok", "queue": "failing", "migrations": "ok"}


@pytest.mark.django_db
def test_ready_means_that_every_migration_is_applied(client, monkeypatch):
    monkeypatch.setattr(checks, "_migrated", False)
    monkeypatch.setattr(
        "django.db.migrations.executor.MigrationExecutor.migration_plan", lambda *args: ["one"]
    )
    assert client.get("/readyz").json()["migrations"] == "failing"


@pytest.mark.django_db
def test_numbers_tell_what_waits_and_what_was_given_up(client):
    event = Event.objects.create(
        kind="ticket.solved", subject_kind="ticket", subject_id=1, actor_kind="system"
    )
    for number in range(3):
        Receipt.objects.create(event=event, subscriber=f"gone.{number}", state=ReceiptState.DEAD)
    said = client.get("/metrics").content.decode()
    assert 'fanoos_receipts{state="dead"} 3.0' in said
    assert 'fanoos_receipts{state="pending"} 0.0' in said
    assert "django_http_requests" in said


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("token", "production", "shown", "status"),
    [
        ("", False, None, 200),
        ("", True, None, 403),
        ("", True, "Bearer ", 403),
        ("s3cret", False, None, 403),
        ("s3cret", True, "Bearer wrong", 403),
        ("s3cret", True, "Basic s3cret", 403),
        ("s3cret", True, "Bearer s3cret", 200),
    ],
)
def test_numbers_are_for_who_has_the_token(client, settings, token, production, shown, status):
    settings.METRICS_TOKEN, settings.PRODUCTION = token, production
    headers = {"Authorization": shown} if shown else {}
    assert client.get("/metrics", headers=headers).status_code == status
