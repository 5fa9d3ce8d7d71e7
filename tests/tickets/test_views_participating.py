"""Who is on a conversation, at the desk: strangers are told apart, added by hand, and answers go to one or to all."""

import pytest
from django.urls import reverse

from customers.models import Customer
from tickets.models import STRANGER, Ticket

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def as_ann(client, ann):
    client.force_login(ann, backend="agents.backends.AgentBackend")
    return client


@pytest.fixture
def strangers(ticket):
    """What Emil wrote on Dora's ticket without being on it."""
    emil = Customer.identify("email", "emil@elsewhere.example", name="Emil")
    return ticket.receive(emil, text="I am her brother.", flags=[STRANGER])


def participant_url(message):
    return reverse("ticket-participant", args=[message.ticket_id, message.pk])


def test_a_stranger_is_told_apart_until_an_agent_adds_him(as_ann, strangers):
    page = as_ann.get(reverse("ticket", args=[strangers.ticket_id])).text
    assert "is not on the conversation" in page
    assert participant_url(strangers) in page
    answer = as_ann.post(participant_url(strangers), headers=HTMX)
    assert "Emil is on the conversation now." in answer.text
    assert participant_url(strangers) not in answer.text
    assert "was on it already" in as_ann.post(participant_url(strangers), headers=HTMX).text
    page = as_ann.get(reverse("ticket", args=[strangers.ticket_id])).text
    assert "is not on the conversation" not in page
    assert "emil@elsewhere.example" in page
    assert "added a person to the conversation" in page


def test_only_who_wrote_here_can_be_added_and_only_through_the_tickets_door(
    as_ann, strangers, client, carl, ann
):
    note = strangers.ticket.note(ann, text="Who is that?")
    assert as_ann.post(participant_url(note), headers=HTMX).status_code == 404
    assert as_ann.get(participant_url(strangers)).status_code == 405
    client.force_login(carl, backend="agents.backends.AgentBackend")
    assert client.post(participant_url(strangers)).status_code == 404
    assert not strangers.ticket.participants.exists()


def test_the_composer_offers_one_and_all(as_ann, ticket, dora):
    ticket.receive(
        dora, text="Bob knows more.", others=["bob@customer.example"], answer_to="dora@customer.example"
    )
    page = as_ann.get(reverse("ticket", args=[ticket.pk])).text
    assert 'name="to" value="dora@customer.example"' in page
    assert 'name="cc" value="bob@customer.example"' in page
    assert 'data-copies="bob@customer.example"' in page
    sent = {"text": "Thank you.", "to": "dora@customer.example", "cc": "bob@customer.example"}
    as_ann.post(reverse("ticket-replies", args=[ticket.pk]), sent, headers=HTMX)
    reply = ticket.messages.get(kind="reply")
    assert (reply.to, reply.cc) == ([], ["bob@customer.example"])


def test_an_agent_may_write_to_others_instead(as_ann, ticket):
    sent = {"text": "Thank you.", "to": "bob@customer.example, carol@else.example", "cc": ""}
    as_ann.post(reverse("ticket-replies", args=[ticket.pk]), sent, headers=HTMX)
    assert ticket.messages.get(kind="reply").to == ["bob@customer.example", "carol@else.example"]
    assert "carol@else.example" in as_ann.get(reverse("ticket", args=[ticket.pk])).text


def test_what_is_no_address_is_told_and_kept(as_ann, ticket):
    sent = {"text": "Thank you.", "to": "bob@", "cc": "x@else.example"}
    answer = as_ann.post(reverse("ticket-replies", args=[ticket.pk]), sent, headers=HTMX)
    assert answer.status_code == 422
    assert 'value="bob@"' in answer.text
    assert not ticket.messages.filter(kind="reply").exists()


def test_a_chat_has_no_copies(dora, orders):
    chat = Ticket.open(dora, orders, subject="Lid", source="chat")
    mail = Ticket.open(dora, orders, subject="Lid", source="email")
    for one in (chat, mail):
        one.receive(dora, text="Frank should know too.", others=["frank@customer.example"])
    assert chat.audience()["others"] == []
    assert mail.audience()["others"] == ["frank@customer.example"]
