"""One more message in a chat that goes on: quick where all is as usual, and right where anything is not."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, transaction
from django.utils.timezone import now

from channels_inbox.adapters.widget.models import Visitor
from channels_inbox.adapters.widget.saying import NotSaid, Said, say, say_on
from customers.models import Customer
from events.models import Event as Happened
from tickets.models import Status, Ticket
from tickets.models.statusful import REOPEN_WINDOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(widget) -> Visitor:
    visitor, _token = Visitor.welcome(widget.channel)
    return visitor


@pytest.fixture
def conversation(visitor):
    return say(visitor, Said("first", "Is the blue mug in stock?")).conversation


def more(conversation, client_id="second", text="And the green one?") -> Said:
    return Said(client_id, text, conversation.pk)


def told_of(message) -> list[str]:
    """What happened on the ticket from the message on."""
    since = Happened.objects.filter(ticket_id=message.ticket_id, number__gt=message.number)
    return [one.kind for one in since.order_by("number")]


def test_it_is_the_message_that_it_would_be_otherwise(visitor, conversation):
    usual = say_on(visitor, more(conversation, "usual"))
    otherwise = say(visitor, more(conversation, "otherwise"))
    assert (usual.number, otherwise.number) == (2, 3)
    own = {"id", "number", "created_at", "search"}
    names = {field.attname for field in usual.message._meta.concrete_fields} - own
    for name in names:
        assert getattr(usual.message, name) == getattr(otherwise.message, name), name
    ours, theirs = usual.message.envelopes.get(), otherwise.message.envelopes.get()
    assert (ours.thread_id, ours.address) == (theirs.thread_id, theirs.address)
    ticket = conversation.ticket
    ticket.refresh_from_db()
    assert told_of(usual.message) == ["message.received"] * 2
    assert (ticket.preview, ticket.last_by_customer) == ("And the green one?", True)


def test_it_takes_six_statements(visitor, conversation, django_assert_num_queries):
    say_on(visitor, more(conversation, "warm"))
    with django_assert_num_queries(8):  # and a savepoint around it
        assert say_on(visitor, more(conversation))


def test_it_reopens_what_was_solved(visitor, conversation, ann):
    conversation.ticket.solve(ann)
    assert say_on(visitor, more(conversation))
    conversation.ticket.refresh_from_db()
    assert conversation.ticket.status == Status.OPEN


def test_the_first_meaningful_words_name_the_ticket(visitor):
    conversation = say(visitor, Said("first", "Hello")).conversation
    assert conversation.ticket.subject == ""
    say_on(visitor, more(conversation, text="My kettle leaks. What now?"))
    conversation.ticket.refresh_from_db()
    assert conversation.ticket.subject == "My kettle leaks"


def test_the_very_same_is_left_to_who_finds_it_again(visitor, conversation):
    line = say_on(visitor, more(conversation))
    assert say_on(visitor, more(conversation)) is None
    assert say(visitor, more(conversation)) == line
    assert conversation.ticket.messages.count() == 2


def test_what_was_erased_does_not_come_again(visitor, conversation, admin):
    line = say_on(visitor, more(conversation))
    line.message.redact(admin)
    assert say_on(visitor, more(conversation)) is None
    assert say(visitor, more(conversation)).message.text == ""


def test_nobody_says_anything_in_another_visitors_chat(widget, conversation):
    eve, _token = Visitor.welcome(widget.channel)
    assert say_on(eve, more(conversation)) is None
    with pytest.raises(NotSaid, match="not here any more"):
        say(eve, more(conversation))


def test_who_was_blocked_meanwhile_is_not_heard(visitor, conversation, ann):
    Visitor.objects.get(pk=visitor.pk).block(ann)
    assert say_on(visitor, more(conversation)) is None
    assert conversation.ticket.messages.count() == 1


def test_a_name_that_the_customer_has_not_yet_is_given_to_him(visitor, conversation):
    Visitor.objects.filter(pk=visitor.pk).update(name="Dora")
    assert say_on(visitor, more(conversation)) is None
    visitor.refresh_from_db()
    say(visitor, more(conversation))
    assert conversation.ticket.customer.name == ""  # as it was read
    assert Customer.objects.get(pk=conversation.ticket.customer_id).name == "Dora"
    assert say_on(visitor, more(conversation, "third"))


def test_a_ticket_that_was_closed_too_long_ago_gets_a_follow_up(visitor, conversation):
    ticket = conversation.ticket
    Ticket.objects.filter(pk=ticket.pk).update(status=Status.CLOSED, closed_at=now() - 2 * REOPEN_WINDOW)
    assert say_on(visitor, more(conversation)) is None
    assert say(visitor, more(conversation)).message.ticket_id != ticket.pk


def test_an_erased_customer_is_not_written_for(visitor, conversation):
    Customer.objects.filter(pk=conversation.ticket.customer_id).update(erased_at=now())
    assert say_on(visitor, more(conversation)) is None


@pytest.mark.django_db(transaction=True)
def test_what_is_said_during_a_merge_is_the_kept_customers(visitor, conversation, dora, ann):
    """The merge has everything but its commit: what is said meanwhile waits for it."""
    merged, go = Event(), Event()

    def merge() -> None:
        try:
            with transaction.atomic():
                dora.absorb(Customer.objects.get(pk=conversation.ticket.customer_id), by=ann)
                merged.set()
                assert go.wait(10)
        finally:
            connection.close()

    def write():
        try:
            return say_on(visitor, more(conversation)) or say(visitor, more(conversation))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        merging = both.submit(merge)
        assert merged.wait(10)
        writing = both.submit(write)
        assert _somebody_waits()
        go.set()
        merging.result(10)
        line = writing.result(10)
    assert line.message.customer_id == dora.pk
    assert set(conversation.ticket.messages.values_list("customer", flat=True)) == {dora.pk}


def _somebody_waits(seconds: float = 10) -> bool:
    """Whether a statement comes to wait for a lock in that time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            if cursor.fetchone()[0]:
                return True
        time.sleep(0.02)
    return False
