"""Logs: one id from the request to its tasks, and never a secret or a customer's word."""

import io
import logging

import pytest
from celery.signals import before_task_publish
from django.db import IntegrityError, transaction
from django.test import RequestFactory
from django.urls import resolve, reverse

from agents.models import Agent
from events.models import Event
from helpdesk.logs import LOGGING, PRIVATE, configure, drop_private
from helpdesk.requests import route
from tests.conftest import PASSWORD


@pytest.fixture
def lines(caplog):
    """What was logged until now, as one text."""
    caplog.set_level("INFO")
    return lambda: "\n".join(str(record.msg) for record in caplog.records)


@pytest.mark.django_db
def test_every_answer_carries_the_id_that_its_lines_carry(client, lines):
    answer = client.get("/sign-in/")
    assert answer["X-Request-ID"]
    assert answer["X-Request-ID"] in lines()


@pytest.mark.django_db
def test_a_strangers_id_is_not_taken_over(client):
    assert client.get("/healthz", headers={"X-Request-ID": "evil\tid"})["X-Request-ID"] != "evil\tid"


def test_signing_in_logs_neither_password_nor_address(client, ann, admin, lines):
    for password in (PASSWORD, "a wrong one"):
        client.post(reverse("account_login"), {"login": ann.email, "password": password})
    assert PASSWORD not in lines()
    assert "a wrong one" not in lines()
    assert ann.email not in lines()


def test_searches_and_tokens_in_addresses_are_not_logged(client, admin, lines):
    client.force_login(admin)
    client.get("/settings/?q=mysecretword")
    client.get("/password/1-abc123-0123456789abcdef/")
    client.get("/files/verysecrettoken/invoice.pdf")
    said = lines()
    assert "request_finished" in said
    assert not [word for word in ("mysecretword", "abc123", "verysecrettoken", "invoice") if word in said]


def test_numbers_in_addresses_are(client):
    request = RequestFactory().get("/tickets/42/")
    request.resolver_match = resolve("/tickets/42/")
    assert route(request) == "tickets/42/"


@pytest.mark.parametrize("key", sorted(PRIVATE))
def test_private_keys_are_blanked(key):
    assert drop_private(None, "info", {"event": "x", key: "Dora's words"})[key] == "[private]"


@pytest.mark.django_db(transaction=True)
def test_the_id_follows_into_tasks_and_events(client, ann):
    published = []

    def look(headers: dict, **_: object) -> None:
        published.append(headers["__django_structlog__"]["request_id"])

    before_task_publish.connect(look)
    try:
        answer = client.post(reverse("account_reset_password"), {"email": ann.email})
    finally:
        before_task_publish.disconnect(look)
    assert published == [answer["X-Request-ID"]]
    client.force_login(ann)
    answer = client.post(reverse("presence"), {"presence": "away"})
    assert Event.objects.latest("pk").request_id == answer["X-Request-ID"]


@pytest.mark.django_db
@pytest.mark.parametrize("json", [True, False])
def test_a_traceback_shows_no_values(json):
    word = "".join(["lamp", "oil"])

    def fail(password: str) -> None:
        raise ValueError("broken")

    said = logged(lambda: fail(word), json=json)
    assert "ValueError: broken" in said
    assert word not in said


@pytest.mark.django_db
def test_the_databases_words_about_a_row_stay_out_of_production_logs(ann):
    said = logged(lambda: Agent.objects.create(email=ann.email, name="Ann"), json=True)
    assert "agent_email_once" in said
    assert ann.email not in said


def logged(fail, *, json: bool) -> str:
    """What a failure leaves in the log of that format."""
    configure(json=json)
    recipe = dict(LOGGING["formatters"]["line"])
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(recipe.pop("()")(**recipe))
    logger = logging.getLogger("tests.failure")
    logger.addHandler(handler)
    try:
        with transaction.atomic():
            fail()
    except (ValueError, IntegrityError):
        logger.exception("failed")
    finally:
        logger.removeHandler(handler)
        configure(json=False)
    return stream.getvalue()
