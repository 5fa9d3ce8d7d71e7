"""No guess opens a question: neither by luck nor by the time that a refusal takes."""

import os
import secrets

import pytest
from django.utils.timezone import now

from csat.models import Survey
from csat.models.survey import SELECTOR, TOKEN_BYTES, TOKEN_LENGTH


@pytest.fixture
def survey(ticket, orders) -> Survey:
    return Survey.objects.create(ticket=ticket, team=orders, asked_at=now())


def test_random_tokens_open_nothing(survey, client):
    """100,000 with SOAK=full."""
    guesses = 100_000 if os.environ.get("SOAK") == "full" else 1_000
    for _guess in range(guesses):
        assert Survey.objects.answerable(secrets.token_urlsafe(TOKEN_BYTES)) is None
    for _guess in range(20):
        token = secrets.token_urlsafe(TOKEN_BYTES)
        assert client.post(f"/rate/{token}/", {"score": "1"}).status_code == 404
        assert client.post(f"/questions/{token}/end/", {"List-Unsubscribe": "One-Click"}).status_code == 404
    survey.refresh_from_db()
    assert (survey.score, survey.refused_at) == (None, None)


def test_tokens_are_long_and_never_twice():
    tokens = {Survey().token for _time in range(1000)}
    assert len(tokens) == 1000
    assert {len(token) for token in tokens} == {TOKEN_LENGTH}


def test_half_a_token_is_none(survey, client):
    token = survey.token
    tail = secrets.token_urlsafe(TOKEN_BYTES)[SELECTOR:]
    forged = [
        token[:SELECTOR],
        token[:SELECTOR] + tail,
        token[:-1],
        token + "A",
        token.swapcase(),
        "_" * 32,
        "-" * 32,
    ]
    for guess in forged:
        assert Survey.objects.answerable(guess) is None
        assert client.get(f"/rate/{guess}/").status_code == 404


def test_the_secret_half_is_compared_in_constant_time(survey, monkeypatch):
    """A token without any row is compared as well."""
    compared = []
    monkeypatch.setattr(
        "csat.models.survey.constant_time_compare",
        lambda one, other: compared.append((one, other)) or one == other,
    )
    other = secrets.token_urlsafe(TOKEN_BYTES)
    assert Survey.objects.answerable(survey.token) == survey
    assert Survey.objects.answerable(other) is None
    assert [pair[1] for pair in compared] == [survey.token, other]
