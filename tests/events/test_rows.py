"""Rows that are written with every message are written by statements that their server knows by name."""

from datetime import UTC, datetime

import pytest
from django.core import serializers
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now, Upper
from django.test.utils import CaptureQueriesContext

from channels_inbox.models import Channel, Thread
from customers.models import Customer
from events.named import OFTEN
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db


def test_each_row_is_its_own(dora, orders):
    tickets = [
        Ticket.open(dora, orders, subject=f"Mug {n} %s $1 ' \\", source="email") for n in range(OFTEN + 2)
    ]
    assert [Ticket.objects.get(pk=one.pk).subject for one in tickets] == [one.subject for one in tickets]
    assert len({one.pk for one in tickets}) == OFTEN + 2


def test_what_the_database_makes_is_at_hand(dora, orders, django_assert_num_queries):
    for _ in range(OFTEN):
        ticket = Ticket.open(dora, orders, subject="Mug", source="email")
    with django_assert_num_queries(0):
        assert ticket.pile == "active"


def test_every_kind_of_value_comes_back_as_it_was_given(dora, orders):
    ticket = Ticket.open(dora, orders, subject="Mug", source="email")
    facts = {
        "to": ["a@x.example", "'; --"],
        "undelivered": {"ب": "\\ %s"},
        "along": [{"n": 1.5, "none": None}],
    }
    for number in range(2, OFTEN + 4):
        made = Message.objects.create(
            ticket=ticket, team=orders, number=number, kind="reply", text="سلام 🫖", automatic=True, **facts
        )
        kept = Message.objects.get(pk=made.pk)
        assert {name: getattr(kept, name) for name in facts} == facts
        assert (kept.text, kept.automatic, kept.send_at) == ("سلام 🫖", True, None)
        assert kept.created_at == made.created_at


def test_it_is_known_by_its_name_after_a_while():
    for _ in range(OFTEN):
        Customer.objects.create(name="Dora")
    with CaptureQueriesContext(connection) as asked:
        Customer.objects.create(name="Eve")
    assert asked[0]["sql"].startswith("EXECUTE ")


def test_a_given_key_and_what_the_database_works_out_are_kept():
    for pk in range(990_001, 990_001 + OFTEN + 1):
        assert Customer.objects.create(pk=pk, name="Dora").pk == pk
    made = Customer.objects.create(name="Eve", created_at=Now())
    made.refresh_from_db()
    assert made.created_at is not None


def test_what_may_be_once_is_refused_twice():
    for _ in range(OFTEN):
        Customer.objects.create(name="Dora")
    Customer.objects.create(pk=990_100)
    with pytest.raises(IntegrityError), transaction.atomic():
        Customer.objects.create(pk=990_100)


def test_what_changes_is_updated_by_its_name_too(dora, orders):
    tickets = [Ticket.open(dora, orders, subject="Mug", source="email") for _ in range(OFTEN + 1)]
    for number, ticket in enumerate(tickets):
        ticket.subject, ticket.closed_at, ticket.unread = f"Mug {number} %s ' $1", ticket.created_at, False
        with CaptureQueriesContext(connection) as asked:
            ticket.save(update_fields=["subject", "closed_at", "unread"])
    assert asked[0]["sql"].startswith("EXECUTE ")
    for number, ticket in enumerate(tickets):
        kept = Ticket.objects.get(pk=ticket.pk)
        assert (kept.subject, kept.closed_at, kept.unread) == (
            f"Mug {number} %s ' $1",
            ticket.created_at,
            False,
        )


def test_what_is_not_there_is_not_updated(dora):
    for _ in range(OFTEN + 1):
        with pytest.raises(DatabaseError, match="did not affect any rows"), transaction.atomic():
            Customer(pk=999_999_999, name="Eve").save(update_fields=["name"])


def test_a_change_may_be_worked_out_by_the_database(dora):
    dora.name = Upper("name")
    dora.save(update_fields=["name"])
    dora.refresh_from_db()
    assert dora.name == "DORA"


def test_a_change_may_name_another_column(dora):
    dora.notes = F("name")
    dora.save(update_fields=["notes"])
    dora.refresh_from_db()
    assert dora.notes == "Dora"


def test_what_only_the_database_makes_cannot_be_changed(dora, orders):
    ticket = Ticket.open(dora, orders, subject="Mug", source="email")
    ticket.save(update_fields=["pile"])
    assert Ticket.objects.get(pk=ticket.pk).pile == "active"


def test_rows_that_are_loaded_stay_as_they_were_kept(dora, orders):
    channel = Channel.objects.create(kind="email", name="Care", team=orders, address="care@x.example")
    ticket = Ticket.open(dora, orders, subject="Mug", source="email")
    thread = Thread.objects.create(channel=channel, key="1", customer=dora, ticket=ticket)
    Thread.objects.update(created_at=datetime(2020, 5, 1, tzinfo=UTC))
    kept = serializers.serialize("json", Thread.objects.all())
    Thread.objects.all().delete()
    for one in serializers.deserialize("json", kept):
        one.save()
    assert Thread.objects.get(pk=thread.pk).created_at == datetime(2020, 5, 1, tzinfo=UTC)
