"""What put a ticket out of one's own sight can be taken back: by whoever did it, for a moment, and nothing else."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from events.models import Event
from tests.conftest import hire
from tickets.models import Ticket
from tickets.undoing import UNDO_TIME

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "X-Desk-View": "open"}


def signed_in(agent) -> Client:
    client = Client()
    client.force_login(agent, backend="agents.backends.AgentBackend")
    return client


def post(agent, name, ticket, **data):
    return signed_in(agent).post(reverse(name, args=[ticket.pk]), data, headers=HTMX)


def team_of(ticket) -> int:
    return Ticket.objects.get(pk=ticket.pk).team_id


@pytest.fixture
def moved(ticket, ann, orders, repairs) -> Ticket:
    """Ann gave it to another team, and does not see it any more."""
    answer = post(ann, "ticket-team", ticket, team=repairs.pk)
    assert (answer.status_code, "data-undo" in answer.text) == (200, True)
    assert signed_in(ann).get(reverse("ticket", args=[ticket.pk])).status_code == 404
    return ticket


def back(ticket, orders, repairs) -> dict[str, int]:
    return {"team": orders.pk, "seen_team_id": repairs.pk}


def test_a_move_to_another_team(moved, ann, orders, repairs):
    answer = post(ann, "ticket-team", moved, **back(moved, orders, repairs))
    assert answer.status_code == 200
    assert 'id="thread-head"' in answer.text
    assert team_of(moved) == orders.pk
    assert signed_in(ann).get(reverse("ticket", args=[moved.pk])).status_code == 200


def test_giving_away_what_was_only_mine(ticket, ann, carl, repairs):
    ticket.set_team(repairs, by=carl)
    ticket.assign(ann, by=carl)
    answer = post(ann, "ticket-assignee", ticket, assignee=carl.pk)
    assert "data-undo" in answer.text
    answer = post(ann, "ticket-assignee", ticket, assignee=ann.pk, seen_assignee_id=carl.pk)
    assert answer.status_code == 200
    assert Ticket.objects.get().assignee == ann


def test_no_longer_following(ticket, ann, carl, repairs):
    ticket.set_team(repairs, by=carl)
    ticket.follow(ann, by=carl)
    address = reverse("ticket-following", args=[ticket.pk])
    assert signed_in(ann).delete(address, headers=HTMX).status_code == 200
    assert post(ann, "ticket-following", ticket).status_code == 200
    assert ticket.followings.filter(agent=ann).exists()


def test_nobody_else_takes_it_back(moved, orders, repairs):
    eve = hire("Eve", None)
    fay = hire("Fay", orders)
    for other in (eve, fay):
        assert post(other, "ticket-team", moved, **back(moved, orders, repairs)).status_code == 404
    assert team_of(moved) == repairs.pk


def test_what_carl_did_not_do_he_cannot_take_back(ticket, ann, carl, orders):
    """It never was in his sight: neither a move of Ann's nor her assignment opens it to him."""
    ticket.assign(ann, by=ann)
    ticket.assign(None, by=ann)
    assert post(carl, "ticket-assignee", ticket, assignee=ann.pk).status_code == 404
    assert post(carl, "ticket-assignee", ticket, assignee=carl.pk).status_code == 404
    assert post(carl, "ticket-following", ticket).status_code == 404
    assert Ticket.objects.get().assignee is None


@pytest.mark.parametrize("name", ["ticket-status", "ticket-priority", "ticket-subject", "ticket-notes"])
def test_nothing_else_of_the_ticket_opens_with_it(moved, ann, name):
    data = {"status": "solved", "priority": 3, "subject": "Mine", "text": "Hello"}
    assert post(ann, name, moved, **data).status_code == 404


def test_only_to_where_it_was(moved, ann, orders, repairs):
    third = type(orders).objects.create(name="Third")
    third.members.add(ann)
    assert post(ann, "ticket-team", moved, team=third.pk).status_code == 404
    assert team_of(moved) == repairs.pk


def test_only_for_a_moment(moved, ann, orders, repairs):
    Event.objects.filter(kind="ticket.team_changed").update(at=now() - UNDO_TIME - timedelta(seconds=1))
    assert post(ann, "ticket-team", moved, **back(moved, orders, repairs)).status_code == 404
    assert team_of(moved) == repairs.pk


def test_not_once_somebody_else_has_changed_it_even_back_and_forth(moved, ann, carl, orders, repairs):
    third = type(orders).objects.create(name="Third")
    moved.set_team(third, by=carl)
    moved.set_team(repairs, by=carl)
    answer = post(ann, "ticket-team", moved, **back(moved, orders, repairs))
    assert answer.status_code == 404
    assert "Carl" not in answer.text
    assert team_of(moved) == repairs.pk


def test_another_field_may_change_meanwhile(moved, ann, carl, orders, repairs):
    moved.wait(carl)
    assert post(ann, "ticket-team", moved, **back(moved, orders, repairs)).status_code == 200
    assert team_of(moved) == orders.pk


def test_not_by_someone_whose_team_it_is_no_longer(moved, ann, orders, repairs):
    orders.members.remove(ann)
    assert post(ann, "ticket-team", moved, **back(moved, orders, repairs)).status_code == 404
    assert team_of(moved) == repairs.pk


def test_a_form_that_saw_something_else_learns_nothing(moved, ann, orders):
    answer = post(ann, "ticket-team", moved, team=orders.pk, seen_team_id=orders.pk)
    assert answer.status_code == 404
    assert "Cracked lid" not in answer.text
