import pytest
from django.db import IntegrityError, transaction

from customers.models import Customer, Merge
from tickets.models import Ticket


@pytest.fixture
def dora_at_work(dora) -> Customer:
    return Customer.identify("email", "dora@roasters.example", name="Dora at work")


def opened(customer, team, subject="Hello") -> Ticket:
    ticket = Ticket.open(customer, team, subject=subject, source="email")
    ticket.receive(customer, text="Hello?")
    return ticket


@pytest.mark.django_db
def test_a_merge_brings_addresses_tickets_and_messages(dora, dora_at_work, orders, ann):
    his, hers = opened(dora_at_work, orders), opened(dora, orders)
    dora.absorb(dora_at_work, by=ann)
    assert Customer.identify("email", "DORA@roasters.example") == dora
    assert set(Ticket.objects.of(dora)) == {his, hers}
    assert set(dora.messages.values_list("ticket", flat=True)) == {his.pk, hers.pk}
    assert list(Customer.objects.living()) == [dora]
    assert dora in Customer.objects.matching("roasters")


@pytest.mark.django_db
def test_undoing_gives_back_exactly_what_came(dora, dora_at_work, orders, ann, eve):
    came, stayed, given_on = opened(dora_at_work, orders), opened(dora, orders), opened(dora_at_work, orders)
    merge = dora.absorb(dora_at_work, by=ann)
    since = opened(dora, orders)
    came.refresh_from_db()
    came.receive(dora, text="Written in between.")
    Ticket.objects.filter(pk=given_on.pk).update(customer=eve)
    merge.undo(by=ann)
    merge.undo(by=ann)
    assert set(Ticket.objects.of(dora)) == {stayed, since}
    assert list(Ticket.objects.of(dora_at_work)) == [came]
    assert list(Ticket.objects.of(eve)) == [given_on]
    assert Customer.identify("email", "dora@roasters.example") == dora_at_work
    assert set(Customer.objects.living()) == {dora, dora_at_work, eve}
    assert dora not in Customer.objects.matching("roasters")


@pytest.mark.django_db
def test_merges_are_undone_in_the_reverse_order(dora, dora_at_work, eve, ann, orders):
    ticket = opened(dora_at_work, orders)
    first = dora.absorb(dora_at_work, by=ann)
    second = eve.absorb(dora, by=ann)
    with pytest.raises(ValueError):
        first.undo(by=ann)
    second.undo(by=ann)
    Merge.objects.get(pk=first.pk).undo(by=ann)
    ticket.refresh_from_db()
    assert ticket.customer == dora_at_work


@pytest.mark.django_db
def test_who_is_merged_already_is_not_merged_again(dora, dora_at_work, eve, ann):
    dora.absorb(dora_at_work, by=ann)
    for kept, gone in ((dora, dora_at_work), (dora_at_work, eve), (eve, dora_at_work), (dora, dora)):
        with pytest.raises(ValueError):
            kept.absorb(gone, by=ann)
    with pytest.raises(ValueError):
        dora_at_work.add_identity("email", "third@x.example")
    with pytest.raises(ValueError):
        dora_at_work.change(ann, name="Changed")


@pytest.mark.django_db
def test_the_database_refuses_a_customer_merged_into_himself(dora):
    with pytest.raises(IntegrityError), transaction.atomic():
        Customer.objects.filter(pk=dora.pk).update(merged_into=dora.pk)
