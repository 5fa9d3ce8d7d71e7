"""One more message in a chat that goes on: quick where all is as usual, and right where anything is not."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils.timezone import now

from channels_inbox.adapters.widget.models import Visitor
from channels_inbox.adapters.widget.saying import NotSaid, Said, say, say_on
from customers.models import Customer
from events.models import Event as Happened
from tests.waiting import until
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
    with django_assert_num_queries(6 + 2):  # a savepoint's beginning and end, since a test is a transaction
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


def test_files_are_read_before_anything_is_locked(visitor, conversation):
    assert say_on(visitor, Said("second", "See?", conversation.pk, files=("token",))) is None


def test_another_browser_of_the_same_person_is_left_to_who_knows_both(widget):
    known = {"email": "dora@customer.example", "is_signed": True}
    here, _token = Visitor.welcome(widget.channel, **known)
    there, _token = Visitor.welcome(widget.channel, **known)
    conversation = say(here, Said("first", "Is the blue mug in stock?")).conversation
    assert say_on(there, more(conversation)) is None
    assert say(there, more(conversation)).number == 2
    assert say_on(here, more(conversation, "third")).number == 3


@pytest.mark.django_db(transaction=True)
def test_what_is_sent_twice_at_once_is_one_message(visitor, conversation):
    with beside(at_once, visitor, more(conversation)) as other:
        with transaction.atomic():
            first = say_on(visitor, more(conversation))
            waiting = other()
            until(somebody_waits, 10)
        second = waiting.result(10)
    assert first == second
    assert conversation.ticket.messages.count() == 2


@pytest.mark.django_db(transaction=True)
def test_what_is_said_during_a_merge_is_the_kept_customers(visitor, conversation, dora, ann):
    """The merge has everything but its commit: what is said meanwhile waits for it."""
    with beside(at_once, visitor, more(conversation)) as other:
        with transaction.atomic():
            dora.absorb(customer_of(conversation), by=ann)
            waiting = other()
            until(somebody_waits, 10)
        assert waiting.result(10).message.customer_id == dora.pk
    assert set(conversation.ticket.messages.values_list("customer", flat=True)) == {dora.pk}


@pytest.mark.django_db(transaction=True)
def test_a_merge_that_comes_while_something_is_said_takes_it_along(visitor, conversation, dora, ann):
    gone = customer_of(conversation)
    with beside(dora.absorb, gone, ann) as other:
        with transaction.atomic():
            assert say_on(visitor, more(conversation)).message.customer_id == gone.pk
            waiting = other()
            until(somebody_waits, 10)
        waiting.result(10)
    assert set(conversation.ticket.messages.values_list("customer", flat=True)) == {dora.pk}


def at_once(visitor, said):
    return say_on(visitor, said) or say(visitor, said)


def customer_of(conversation) -> Customer:
    return Customer.objects.get(pk=conversation.ticket.customer_id)


@contextmanager
def beside(act: Callable[..., Any], *args: Any) -> Iterator[Callable[[], Future]]:
    """Gives what begins `act` in another thread, with a connection of its own."""

    def run() -> Any:
        try:
            return act(*args)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        yield lambda: thread.submit(run)


def somebody_waits() -> bool:
    """Whether a statement waits for a lock; within a transaction too, which would see what it saw first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])
