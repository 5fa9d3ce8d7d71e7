"""Changes from the desk: each works, says so, can be taken back, and refuses those who may not."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from tests.conftest import hire
from tickets.models import Priority, Status, Ticket

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "X-Desk-View": "open"}


@pytest.fixture
def as_ann(client, ann):
    client.force_login(ann, backend="agents.backends.AgentBackend")
    return client


def post(client, name, ticket, /, **data):
    return client.post(reverse(name, args=[ticket.pk]), data, headers=HTMX)


def undo(client, answer):
    """Press the Undo of the toast that came with an answer."""
    form = (
        answer.text.split("data-undo")[0].rsplit("<form", 1)[1],
        answer.text.split("data-undo")[1].split("</form>")[0],
    )
    address = form[0].split('action="')[1].split('"')[0]
    fields = {
        part.split('"')[0]: part.split('value="')[1].split('"')[0]
        for part in form[1].split('type="hidden" name="')[1:]
    }
    return client.post(address, fields, headers=HTMX)


def test_solving_is_undone_without_counting_as_reopened(as_ann, ann, ticket):
    ticket.reopen(ann)
    answer = post(as_ann, "ticket-solution", ticket, seen_status="open")
    ticket.refresh_from_db()
    assert ticket.status == Status.SOLVED
    assert f'id="row-{ticket.pk}"' in answer.text
    assert "Solved." in answer.text
    undo(as_ann, answer)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.reopened_count) == (Status.OPEN, 0)


@pytest.mark.parametrize("status", ["open", "pending", "on_hold", "solved", "closed"])
def test_every_status_can_be_chosen_and_undone(as_ann, ticket, status):
    answer = post(as_ann, "ticket-status", ticket, status=status)
    ticket.refresh_from_db()
    assert ticket.status == status
    undo(as_ann, answer)
    ticket.refresh_from_db()
    assert ticket.status in {Status.NEW, Status.OPEN}


def test_assigning_and_undoing(as_ann, ann, orders, ticket):
    fay = hire("Fay", orders)
    answer = post(as_ann, "ticket-assignee", ticket, assignee=fay.pk, seen_assignee_id="")
    ticket.refresh_from_db()
    assert ticket.assignee == fay
    undo(as_ann, answer)
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_someone_inactive_is_refused_in_words(as_ann, orders, ticket):
    fay = hire("Fay", orders, is_active=False)
    answer = post(as_ann, "ticket-assignee", ticket, assignee=fay.pk)
    assert answer.status_code == 422
    assert "no longer active" in answer.text


def test_priority_tags_snooze_spam_following_and_subject_are_undone(as_ann, ann, ticket):
    answer = post(as_ann, "ticket-priority", ticket, priority=Priority.URGENT)
    assert Ticket.objects.get().priority == Priority.URGENT
    undo(as_ann, answer)
    assert Ticket.objects.get().priority == Priority.NORMAL
    answer = post(as_ann, "ticket-tags", ticket, name="glaze")
    assert [tag.name for tag in ticket.tags.all()] == ["glaze"]
    undo(as_ann, answer)
    assert not ticket.tags.exists()
    answer = post(as_ann, "ticket-snooze", ticket, until="2100-01-01T09:00")
    assert Ticket.objects.get().snoozed_until is not None
    undo(as_ann, answer)
    assert Ticket.objects.get().snoozed_until is None
    answer = post(as_ann, "ticket-spam", ticket)
    assert Ticket.objects.get().spam_at is not None
    undo(as_ann, answer)
    assert Ticket.objects.get().spam_at is None
    answer = post(as_ann, "ticket-following", ticket)
    assert ticket.followings.filter(agent=ann).exists()
    undo(as_ann, answer)
    assert not ticket.followings.exists()
    answer = post(as_ann, "ticket-subject", ticket, subject="Broken lid")
    assert Ticket.objects.get().subject == "Broken lid"
    undo(as_ann, answer)
    assert Ticket.objects.get().subject == "Cracked lid"


def test_a_time_that_has_passed_is_refused_in_words(as_ann, ticket):
    answer = post(as_ann, "ticket-snooze", ticket, until="2001-01-01T09:00")
    assert answer.status_code == 422
    assert "still to come" in answer.text
    assert post(as_ann, "ticket-snooze", ticket, until="soon").status_code == 422


def test_a_conflict_names_who_what_and_how_it_is_now(as_ann, bea, ticket):
    ticket.wait(bea)
    answer = post(as_ann, "ticket-status", ticket, status="solved", seen_status="new")
    assert answer.status_code == 409
    assert "Bea" in answer.text
    assert "Pending" in answer.text
    ticket.refresh_from_db()
    assert ticket.status == Status.PENDING


def test_what_one_has_done_oneself_is_no_conflict(as_ann, ann, ticket):
    """The page has not heard yet of what the reply made of the ticket."""
    ticket.reply(ann, text="A new lid is on its way.", hold=timedelta(0))
    assert (ticket.status, ticket.assignee) == (Status.PENDING, ann)
    assert post(as_ann, "ticket-assignee", ticket, assignee="", seen_assignee_id="").status_code == 200
    assert post(as_ann, "ticket-solution", ticket, seen_status="new").status_code == 200
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == (Status.SOLVED, None)


def test_another_field_is_no_conflict(as_ann, bea, ticket):
    ticket.set_priority(Priority.HIGH, bea)
    assert post(as_ann, "ticket-status", ticket, status="pending", seen_status="new").status_code == 200


def test_moving_a_ticket_out_of_sight_shows_no_head(as_ann, repairs, ticket):
    answer = post(as_ann, "ticket-team", ticket, team=repairs.pk, seen_team_id=ticket.team_id)
    assert answer.status_code == 200
    assert "Moved to Repairs." in answer.text
    assert "thread-head" not in answer.text
    assert as_ann.get(reverse("ticket", args=[ticket.pk])).status_code == 404


def test_the_same_twice_changes_once(as_ann, ticket):
    post(as_ann, "ticket-solution", ticket)
    before = Ticket.objects.get().sequence
    post(as_ann, "ticket-solution", ticket)
    assert Ticket.objects.get().sequence == before


def test_without_scripts_a_form_leads_back_to_the_ticket(as_ann, ticket):
    answer = as_ann.post(reverse("ticket-solution", args=[ticket.pk]))
    assert answer.status_code == 302
    answer = as_ann.post(reverse("ticket-solution", args=[ticket.pk]), {"_method": "DELETE"})
    assert answer.status_code == 302
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN


ACTIONS = {
    "ticket-solution": {},
    "ticket-status": {"status": "solved"},
    "ticket-assignee": {"assignee": ""},
    "ticket-team": {"team": "1"},
    "ticket-priority": {"priority": "4"},
    "ticket-subject": {"subject": "Mine now"},
    "ticket-snooze": {"until": "2100-01-01T09:00"},
    "ticket-spam": {},
    "ticket-following": {},
    "ticket-tags": {"name": "mine"},
    "ticket-replies": {"text": "Hello"},
    "ticket-notes": {"text": "Hello"},
}


@pytest.mark.parametrize("name", ACTIONS)
def test_carl_and_nobody_change_nothing(client, carl, ticket, name):
    address, before = reverse(name, args=[ticket.pk]), ticket.sequence
    assert client.post(address, ACTIONS[name]).status_code == 302
    client.force_login(carl, backend="agents.backends.AgentBackend")
    assert client.post(address, ACTIONS[name]).status_code == 404
    ticket.refresh_from_db()
    assert ticket.sequence == before


@pytest.mark.parametrize("name", [*ACTIONS, "ticket", "ticket-head"])
def test_the_wrong_method_is_refused(as_ann, ticket, name):
    assert as_ann.patch(reverse(name, args=[ticket.pk])).status_code == 405


def test_leads_erase_a_message_for_good_and_agents_do_not(client, ann, bea, ticket):
    message = ticket.messages.get()
    address = reverse("message-redaction", args=[ticket.pk, message.pk])
    client.force_login(ann, backend="agents.backends.AgentBackend")
    assert client.post(address, headers=HTMX).status_code == 403
    client.force_login(bea, backend="agents.backends.AgentBackend")
    answer = client.post(address, headers=HTMX)
    assert "This message was erased." in answer.text
    page = client.get(reverse("ticket", args=[ticket.pk])).text
    assert "arrived cracked" not in page


def test_taking_back_that_a_snoozed_ticket_was_solved_puts_it_to_sleep_again(as_ann, ticket, ann):
    until = now() + timedelta(days=1)
    ticket.snooze(until, ann)
    assert undo(as_ann, post(as_ann, "ticket-solution", ticket)).status_code == 200
    ticket.refresh_from_db()
    assert (ticket.pile, ticket.snoozed_until) == ("snoozed", until)


@pytest.mark.parametrize("until", ["", "nonsense", "2026-13-45T99:00", "2030-01-01T00:00"])
def test_a_time_that_is_none_is_no_snooze(as_ann, ticket, until):
    as_ann.post(reverse("ticket-solution", args=[ticket.pk]), headers=HTMX)
    fields = {"status": "open", "undo": "1", "snoozed_until": until}
    assert as_ann.post(reverse("ticket-status", args=[ticket.pk]), fields, headers=HTMX).status_code == 200
    ticket.refresh_from_db()
    assert ticket.snoozed_until is None
