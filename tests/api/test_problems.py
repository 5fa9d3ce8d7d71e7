"""Whatever goes wrong is told in one shape, RFC 9457."""

import pytest

from tickets.models import Ticket

PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "tickets/1/", 404),
        ("GET", "tickets/99999999999999999999999999/", 404),
        ("GET", "nothing/", 404),
        ("GET", "tickets", 404),
        ("GET", "", 404),
        ("POST", "nothing/at/all", 404),
        ("DELETE", "tickets/", 405),
        ("GET", "tickets/?colour=blue", 400),
        ("GET", "tickets/?q=%00", 400),
        ("POST", "tickets/", 400),
    ],
)
def test_a_problem_says_what_is_wrong(api, method, address, status):
    answer = api(method, address)
    assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM)
    body = answer.json()
    assert (body["status"], body["type"]) == (status, "about:blank")
    assert body["title"]
    assert body["detail"]


@pytest.mark.parametrize(
    "body", [b"{", b"\xff", b'"words"', b"[1]", b"null", b'{"text": NaN}', b"[" * 100_000]
)
def test_a_body_that_is_no_object_is_refused(api, ticket, body):
    headers = api.headers
    answer = api.client.post(f"/api/v1/tickets/{ticket.pk}/notes/", body, "application/json", headers=headers)
    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)


def test_nothing_said_by_name_is_refused_where_nothing_is_asked(api, ticket):
    answer = api.client.post(
        f"/api/v1/tickets/{ticket.pk}/solution/", b"null", "application/json", headers=api.headers
    )
    assert answer.status_code == 400
    assert answer.json()["errors"]


def test_what_was_wrong_with_one_body_is_not_held_against_the_next(api, ticket):
    for _ in range(2):
        assert api.post(f"tickets/{ticket.pk}/notes/", {"word": "x"}).json()["errors"].keys() == {"word"}
        assert api.post(f"tickets/{ticket.pk}/notes/", {}).json()["errors"].keys() == {"text"}
        assert api.post(f"tickets/{ticket.pk}/notes/", {"text": "Right"}).status_code == 201


def test_a_body_of_another_kind_is_refused(api, ticket):
    answer = api.client.post(
        f"/api/v1/tickets/{ticket.pk}/notes/", b"text=x", "text/plain", headers=api.headers
    )
    assert (answer.status_code, answer["Content-Type"]) == (415, PROBLEM)


def test_a_body_that_is_too_big_is_refused(api, ticket, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = api.post(f"tickets/{ticket.pk}/notes/", {"text": "x" * 2000})
    assert (answer.status_code, answer["Content-Type"]) == (413, PROBLEM)


def test_our_own_failure_is_told_without_its_cause(api, ticket, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr(Ticket, "note", fail)
    api.client.raise_request_exception = False
    answer = api.post(f"tickets/{ticket.pk}/notes/", {"text": "x"})
    assert (answer.status_code, answer["Content-Type"]) == (500, PROBLEM)
    assert b"hunter2" not in answer.content


def test_problems_speak_the_callers_language(api):
    answer = api.get("nothing/", Accept_Language="ar")
    assert answer["Content-Language"] == "ar"
