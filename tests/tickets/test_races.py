from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.timezone import now

from events.models import Event
from tests.tickets.racing import race
from tickets.models import Attachment, Blob, Delivery, Message, Priority, Ticket
from tickets.tasks import sweep_blobs

pytestmark = pytest.mark.django_db(transaction=True)


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def race_on(ticket: Ticket, *acts: Callable[[Ticket], Any]) -> list[Any]:
    return race(*[partial(act, fresh(ticket)) for act in acts])


def test_ten_who_solve_at_once_emit_once(ticket, ann):
    race_on(ticket, *[lambda one: one.solve(ann)] * 10)
    assert Event.objects.of_ticket(ticket.pk).filter(kind="ticket.solved").count() == 1


def test_numbers_are_unique_and_without_gaps(ticket, ann, dora):
    acts = [lambda one: one.receive(dora, text="Hello?")] * 5
    acts += [lambda one: one.reply(ann, text="Yes")] * 5
    acts += [lambda one: one.note(ann, text="Hm")] * 3
    assert not [result for result in race_on(ticket, *acts) if isinstance(result, Exception)]
    numbers = [*ticket.messages.values_list("number", flat=True)]
    numbers += Event.objects.of_ticket(ticket.pk).values_list("number", flat=True)
    assert sorted(numbers) == list(range(1, fresh(ticket).sequence + 1))


@pytest.mark.parametrize("_time", range(5))
def test_of_release_and_withdraw_exactly_one_wins(ticket, ann, _time):
    held = ticket.reply(ann, text="Sorry", hold=timedelta(seconds=30))
    one, other = (Message.objects.get(pk=held.pk) for _ in range(2))
    results = race(lambda: one.release(early=True), lambda: other.withdraw(ann))
    assert sorted(results) == [False, True]
    held.refresh_from_db()
    left = held.delivery == Delivery.QUEUED
    assert left == results[0]
    assert ann.drafts.exists() == results[1]
    assert Event.objects.filter(kind="reply.written").count() == int(left)


def test_different_changes_at_once_all_stay(ticket, ann, repairs):
    race_on(
        ticket,
        lambda one: one.set_priority(4, ann),
        lambda one: one.assign(ann, ann),
        lambda one: one.set_team(repairs, ann),
        lambda one: one.tag("fragile", ann),
        lambda one: one.set_subject("Cracked twice", ann),
        lambda one: one.follow(ann, ann),
    )
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.assignee, ticket.team, ticket.subject) == (
        4,
        ann,
        repairs,
        "Cracked twice",
    )
    assert ticket.tags.get().name == "fragile"
    assert ticket.followers.get() == ann


def test_the_same_tag_at_once_is_one_tag(ticket, ann):
    spellings = ["Fragile", "fragile", "FRAGILE ", "Fragile"]
    acts = [lambda one, name=name: one.tag(name, ann) for name in spellings]
    assert not [result for result in race_on(ticket, *acts) if isinstance(result, Exception)]
    assert ticket.tags.count() == 1
    assert Event.objects.of_ticket(ticket.pk).filter(kind="ticket.tagged").count() == 1


def test_the_same_content_at_once_is_stored_once(ticket, dora):
    def attach(one):
        with transaction.atomic():
            one.receive(
                dora, text="See this", attachments=[Attachment(blob=Blob.of(b"the same lid"), name="lid.png")]
            )

    results = race_on(ticket, *[attach] * 6)
    assert results == [None] * 6
    assert Blob.objects.count() == 1
    assert Attachment.objects.count() == 6


@pytest.mark.parametrize("_time", range(4))
def test_a_content_that_is_swept_while_it_is_used_again_is_kept(ticket, dora, _time):
    blob = Blob.of(b"used again")
    Blob.objects.update(used_at=now() - timedelta(days=2))

    def use_again(one):
        with transaction.atomic():
            attachment = Attachment(blob=Blob.of(b"used again"), name="again.txt")
            one.receive(dora, text="Again", attachments=[attachment])
            return attachment

    swept, attachment = race(sweep_blobs, partial(use_again, fresh(ticket)))
    assert swept is None
    attachment.refresh_from_db()
    assert default_storage.exists(blob.path)
    assert attachment.blob.open().read() == b"used again"


def test_a_lock_is_remembered_no_longer_than_its_transaction(dora, orders, ann):
    ticket = Ticket.open(dora, orders, subject="Cracked lid", source="email")
    fresh(ticket).set_priority(Priority.URGENT, ann)
    ticket.receive(dora, text="It arrived cracked.")
    assert ticket.priority == Priority.URGENT
    assert ticket.sequence == fresh(ticket).sequence
