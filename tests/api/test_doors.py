"""Every address: works for Ann, refuses the wrong method, refuses Carl (another team) and nobody."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from helpdesk.api.urls import urlpatterns
from tests.routes import routes
from tickets.models import MessageKind
from tickets.uploads import attach

ROUTES = {
    # address: (methods, what Carl gets when he asks)
    "me/": ("GET", 200),
    "agents/": ("GET", 200),
    "agents/{ann}/": ("GET PATCH", 200),
    "teams/": ("GET", 200),
    "teams/{team}/": ("GET", 404),
    "teams/{team}/members/": ("PUT", 403),
    "customers/": ("GET POST", 200),
    "customers/{customer}/": ("GET PATCH", 200),
    "customers/{customer}/identities/": ("POST", 400),
    "tags/": ("GET", 200),
    "tickets/": ("GET POST", 200),
    "tickets/{ticket}/": ("GET PATCH", 404),
    "tickets/{ticket}/solution/": ("POST DELETE", 404),
    "tickets/{ticket}/snooze/": ("POST DELETE", 400),
    "tickets/{ticket}/spam/": ("POST DELETE", 404),
    "tickets/{ticket}/following/": ("POST DELETE", 404),
    "tickets/{ticket}/tags/": ("POST", 400),
    "tickets/{ticket}/tags/{tag}/": ("DELETE", 404),
    "tickets/{ticket}/messages/": ("GET POST", 404),
    "tickets/{ticket}/replies/": ("POST", 400),
    "tickets/{ticket}/notes/": ("POST", 400),
    "messages/{message}/": ("GET", 404),
    "attachments/": ("POST", 400),
    "attachments/{file}/": ("GET", 404),
    "attachments/{file}/content/": ("GET", 404),
}
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
BODIES = {
    ("POST", "tickets/{ticket}/snooze/"): {"until": "2999-01-01T00:00:00Z"},
    ("POST", "tickets/{ticket}/tags/"): {"name": "urgent"},
    ("POST", "tickets/{ticket}/messages/"): {"text": "Hello"},
    ("POST", "tickets/{ticket}/replies/"): {"text": "Hello"},
    ("POST", "tickets/{ticket}/notes/"): {"text": "Hello"},
    ("PATCH", "tickets/{ticket}/"): {"subject": "Lid"},
}


@pytest.fixture
def places(ticket, ann, orders) -> dict[str, object]:
    message = ticket.messages.get(kind=MessageKind.CUSTOMER)
    file = attach(SimpleUploadedFile("lid.txt", b"cracked", "text/plain"), ann)
    file.message = message
    file.save()
    tag = ticket.tag("lid", by=ann)
    return {
        "ann": ann.pk, "team": orders.pk, "customer": ticket.customer_id, "ticket": ticket.pk,
        "message": message.pk, "file": file.token, "tag": tag.pk,
    }  # fmt: skip


def test_no_route_is_missing_from_this_list():
    others = {"schema/", "docs/", "", "{}"}
    assert {_shape(route) for route, _pattern in routes(urlpatterns)} - others == {
        _shape(route) for route in ROUTES
    }


def _shape(route: str) -> str:
    """The address with its variable parts left out."""
    return re.sub(r"<[^>]*>|{[^}]*}", "{}", route)


@pytest.mark.parametrize("route", ROUTES)
def test_the_wrong_method_is_refused(api, admins, places, route):
    allowed = set(ROUTES[route][0].split())
    for method in METHODS - allowed:
        answer = admins(method, route.format(**places), {})
        assert answer.status_code == 405, method
        assert answer.json()["status"] == 405
        assert set(answer["Allow"].split(", ")) - {"OPTIONS", "HEAD"} == allowed


@pytest.mark.parametrize("route", ROUTES)
def test_nobody_gets_anything(nobody, places, route):
    for method in METHODS:
        assert nobody(method, route.format(**places), {}).status_code == 401


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if "{ticket}" in route or "{file}" in route or "{message}" in route]
)
def test_carl_of_another_team_finds_nothing(carls, places, ticket, route):
    ticket.refresh_from_db()
    before = ticket.sequence
    for method in ROUTES[route][0].split():
        body = BODIES.get((method, route), {} if method != "GET" else None)
        answer = carls(method, route.format(**places), body)
        assert answer.status_code == 404, (method, answer.content)
        assert b"lid" not in answer.content.lower()
    ticket.refresh_from_db()
    assert ticket.sequence == before


@pytest.mark.parametrize("route", ROUTES)
def test_it_works_for_ann(api, places, route):
    for method in ROUTES[route][0].split():
        if method in {"PUT"} or (method, route) in {("PATCH", "agents/{ann}/"), ("POST", "attachments/")}:
            continue
        body = BODIES.get((method, route))
        if (
            method == "POST"
            and body is None
            and route in {"customers/", "tickets/", "customers/{customer}/identities/"}
        ):
            continue  # their own tests
        answer = api(
            method, route.format(**places), {} if body is None and method not in {"GET", "DELETE"} else body
        )
        assert answer.status_code in {200, 201}, (method, answer.content)
