"""Logs: one id from the request to its tasks, and never a secret or a customer's word."""

import io
import logging

import pytest
import structlog
from celery import shared_task
from celery.signals import before_task_publish, task_failure
from django.db import transaction
from django.test import Client, RequestFactory
from django.urls import path, resolve, reverse
from django_structlog.celery.receivers import CeleryReceiver

from agents.models import Agent
from events.models import Event
from helpdesk import urls
from helpdesk.logs import LOGGING, PRIVATE, Routes, configure, drop_private
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


def test_the_one_line_that_a_task_leaves_says_which_it_was(lines):
    receiver = CeleryReceiver()
    with structlog.contextvars.bound_contextvars():
        receiver.receiver_task_prerun("1", failing_task)
        receiver.receiver_task_success(sender=failing_task)
    assert lines().count("failing_task") == 1
    assert "task_succeeded" in lines()


# What a failure leaves: where it happened, and no value ---------------------------------------------------


@pytest.fixture(params=[True, False], ids=["production", "development"])
def printed(request):
    """What the console shows from now on, in each of the two formats."""
    configure(json=request.param)
    recipe = dict(LOGGING["formatters"]["line"])
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(recipe.pop("()")(**recipe))
    handler.addFilter(Routes())
    logging.getLogger().addHandler(handler)
    yield stream.getvalue
    logging.getLogger().removeHandler(handler)
    configure(json=False)


def break_a_rule(password: str, taken: str) -> None:
    """The database refuses it, and quotes the row in its words."""
    with transaction.atomic():
        Agent.objects.create(email=taken, name="Ann")


def failing_page(request, token: str):
    break_a_rule("".join(["lamp", "oil"]), Agent.objects.get(name="Ann").email)


@shared_task
def failing_task() -> None:
    failing_page(None, "")


urlpatterns = [path("failing/<str:token>/", failing_page), *urls.urlpatterns]
handler500 = "helpdesk.errors.server_error"


def test_a_page_that_fails_is_logged_without_values(ann, settings, printed):
    settings.ROOT_URLCONF = __name__
    answer = Client(raise_request_exception=False).get("/failing/verysecrettoken/?q=mysecretword")
    assert answer.status_code == 500
    said = printed()
    assert "in break_a_rule" in said, "the traceback"
    assert "agent_email_once" in said
    assert "/failing/<token>/" in said
    assert not [word for word in (ann.email, "lampoil", "verysecrettoken", "mysecretword") if word in said]


def test_a_task_that_fails_is_logged_without_values(ann, printed):
    receiver = CeleryReceiver()
    task_failure.connect(receiver.receiver_task_failure)
    try:
        failing_task.apply()
    finally:
        task_failure.disconnect(receiver.receiver_task_failure)
    said = printed()
    assert "in break_a_rule" in said
    assert "agent_email_once" in said
    assert not [word for word in (ann.email, "lampoil") if word in said]


def test_an_address_that_does_not_exist_is_logged_as_its_pattern(client, ann, printed):
    client.force_login(ann)
    assert client.get("/files/verysecrettoken/invoice.pdf").status_code == 404
    said = printed()
    assert "/files/<token>/<name>" in said
    assert not [word for word in ("verysecrettoken", "invoice") if word in said]
