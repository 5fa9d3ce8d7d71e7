from datetime import UTC, datetime
from functools import partial

import pytest
from django.db import connection, transaction

from events import bus, history
from events.models import Event, Receipt
from tests.events.listening import KIND

SUBJECT = ("team", 7)


@pytest.mark.django_db(transaction=True)
def test_an_event_needs_a_transaction():
    with pytest.raises(bus.NotInTransaction):
        bus.emit(KIND, SUBJECT, fields=[])
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_a_tests_own_transaction_does_not_count():
    assert connection.in_atomic_block
    with pytest.raises(bus.NotInTransaction):
        bus.emit(KIND, SUBJECT, fields=[])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("team.abolished", {}),
        (KIND, {}),
        (KIND, {"fields": [], "body": "a customer's words"}),
        (KIND, {"field": []}),
    ],
)
def test_what_the_catalogue_does_not_list_is_refused(kind, payload):
    with pytest.raises(bus.UnknownEvent), transaction.atomic():
        bus.emit(kind, SUBJECT, **payload)
    assert not Event.objects.exists()


@pytest.mark.parametrize("register", [bus.on, bus.within])
def test_nobody_can_subscribe_to_what_the_catalogue_does_not_list(register, listen):
    with pytest.raises(bus.UnknownEvent):
        register("team.abolished")(print)


@pytest.mark.django_db
@pytest.mark.parametrize("subject", [SUBJECT, ("team", 8)])
def test_a_condition_spares_the_task_where_it_is_not_meant(listen, subject):
    listen(partial(bus.on, when=lambda event: event.subject == SUBJECT), noop)
    with transaction.atomic():
        bus.emit(KIND, subject, fields=[])
    assert Receipt.objects.exists() is (subject == SUBJECT)


@pytest.mark.django_db
def test_an_event_and_its_receipts_go_with_the_change_that_is_taken_back(listen):
    listen(bus.on, noop)
    with transaction.atomic():
        bus.emit(KIND, SUBJECT, fields=[])
        assert Receipt.objects.count() == 1
        transaction.set_rollback(True)
    assert not Event.objects.exists()
    assert not Receipt.objects.exists()


@pytest.mark.django_db
def test_a_failure_within_aborts_the_change(listen, orders):
    def refuse(event):
        raise PermissionError

    listen(bus.within, refuse)
    with pytest.raises(PermissionError):
        rename(orders)
    orders.refresh_from_db()
    assert orders.name == "Orders"
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_who_did_what_to_whom(ann, orders, listen):
    with transaction.atomic():
        bus.emit(KIND, orders, actor=ann, fields=["name"])
        bus.emit(KIND, orders, fields=[])
    by_ann, by_system = Event.objects.about("team", orders.pk)
    assert (by_ann.actor_kind, by_ann.actor_id, by_ann.payload) == ("agent", ann.pk, {"fields": ["name"]})
    assert (by_system.actor_kind, by_system.actor_id) == ("system", None)


@pytest.mark.django_db
def test_a_subscriber_registered_twice_has_one_receipt(listen):
    listen(bus.on, noop, noop)
    with transaction.atomic():
        bus.emit(KIND, SUBJECT, fields=[])
    assert Receipt.objects.count() == 1


@pytest.mark.django_db
def test_old_news_is_written_but_nobody_acts_on_it(listen):
    listen(bus.on, noop)
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    with history.as_of(long_ago), transaction.atomic():
        event = bus.emit(KIND, SUBJECT, fields=[])
    assert event.at == long_ago
    assert not Receipt.objects.exists()


@transaction.atomic
def rename(team):
    team.name = "Renamed"
    team.save()
    bus.emit(KIND, team, fields=["name"])


def noop(event):
    pass
