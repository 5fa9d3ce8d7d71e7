import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agents.models import Token
from agents.models.token import digest

from .conftest import Program


def test_a_token_opens_the_api_and_says_whose_it_is(program, ann):
    me = program(ann, "read").get("me/").json()
    assert (me["name"], me["scopes"]) == ("Ann", ["read"])


def test_nobody_is_asked_for_a_token(nobody):
    answer = nobody.get("tickets/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


@pytest.mark.parametrize("secret", ["", "wrong", "fns_" + "x" * 43, "two words", "ü"])
def test_an_unknown_secret_is_refused(secret, db):
    assert Program(secret or " ").get("tickets/").status_code == 401


def test_a_revoked_token_is_refused(ann):
    token, secret = Token.issue(ann, "old", ["read"], by=ann)
    token.revoke(ann)
    assert Program(secret).get("tickets/").status_code == 401


def test_a_deactivated_agents_token_is_refused_even_if_it_was_not_revoked(ann, bea):
    token, secret = Token.issue(ann, "left", ["read"], by=ann)
    ann.deactivate(bea, handed_to=None, tickets=0)
    Token.objects.filter(pk=token.pk).update(revoked_at=None)
    assert Program(secret).get("tickets/").status_code == 401


def test_only_the_digest_is_kept_and_looked_up_so_that_time_tells_nothing(ann):
    token, secret = Token.issue(ann, "timing", ["read"], by=ann)
    with CaptureQueriesContext(connection) as queries:
        Program(secret).get("me/")
    lookup = queries.captured_queries[0]["sql"]
    assert digest(secret) in lookup
    assert secret not in lookup
    assert token.digest == digest(secret)


def test_the_last_use_is_noted_once_a_minute(ann):
    token, secret = Token.issue(ann, "used", ["read"], by=ann)
    Program(secret).get("me/")
    token.refresh_from_db()
    assert token.last_used_at is not None
    with CaptureQueriesContext(connection) as queries:
        Program(secret).get("me/")
    assert not [query for query in queries.captured_queries if query["sql"].startswith("UPDATE")]


@pytest.mark.parametrize(
    ("scopes", "method", "address", "allowed"),
    [
        (["read"], "GET", "tickets/", True),
        (["read"], "POST", "tickets/{ticket}/spam/", False),
        (["write"], "POST", "tickets/{ticket}/spam/", True),
        (["write"], "GET", "tickets/", False),
        (["admin"], "GET", "tickets/", False),
        (["admin"], "POST", "tickets/{ticket}/spam/", False),
    ],
)
def test_a_scope_opens_what_it_says_and_nothing_else(program, ann, ticket, scopes, method, address, allowed):
    answer = program(ann, *scopes)(method, address.format(ticket=ticket.pk), {} if method == "POST" else None)
    assert answer.status_code == (200 if allowed else 403)


def test_the_admin_scope_makes_no_administrator(program, ann, admin, bea):
    change = {"role": "supervisor"}
    assert program(ann, "admin")("PATCH", f"agents/{bea.pk}/", change).status_code == 403
    assert program(admin, "write")("PATCH", f"agents/{bea.pk}/", change).status_code == 403
    assert program(admin, "admin")("PATCH", f"agents/{bea.pk}/", change).json()["role"] == "supervisor"


def test_a_session_may_ask_too_and_needs_the_csrf_token_to_change(ann, ticket):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ann, "agents.backends.AgentBackend")
    asked = Program(client=browser)
    assert asked.get("tickets/").status_code == 200
    refused = asked.post(f"tickets/{ticket.pk}/spam/")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")


def test_who_guesses_tokens_is_told_to_wait_and_others_are_not(ann, program, settings):
    settings.API_REFUSALS_PER_MINUTE = 3
    answers = [Program(f"fan_{number}").get("me/") for number in range(4)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 61
    assert program(ann).get("me/").status_code == 200


def test_a_token_is_throttled_alone(program, ann, bea, settings):
    settings.API_REQUESTS_PER_MINUTE = 3
    anns, another, beas = program(ann), program(ann), program(bea)
    answers = [anns.get("me/") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 61
    assert answers[-1].json()["status"] == 429
    assert another.get("me/").status_code == 200
    assert beas.get("me/").status_code == 200
