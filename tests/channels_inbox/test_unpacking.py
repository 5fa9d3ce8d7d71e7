"""A parcel is worked on once at a time, retried, set aside with its reason, and taken up again."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.utils.timezone import now

from channels_inbox import tasks
from channels_inbox.adapters.email.adapter import adapter
from channels_inbox.models import MOST_ATTEMPTS, Parcel, ParcelState
from channels_inbox.models.parcel import LEASE
from channels_inbox.tasks import sweep_parcels
from channels_inbox.unpacking import A_FEW, unpack, unpack_some
from events.models import Event
from events.queue import begun
from tests.channels_inbox.conftest import CARE, letter
from tickets.models import Message


@pytest.fixture
def parcel(channel) -> Parcel:
    return Parcel.accept(channel, letter().as_bytes(), {"from": "dora@customer.example", "to": [CARE]})


def make_due(parcel: Parcel) -> None:
    Parcel.objects.filter(pk=parcel.pk).update(next_try_at=now() - timedelta(seconds=1))


def state(parcel: Parcel) -> str:
    parcel.refresh_from_db()
    return parcel.state


def test_it_is_tried_again_later_and_later_then_quarantined_with_its_error(parcel):
    waits = []
    with patch.object(adapter, "open", side_effect=RuntimeError("cannot read this yet")):
        for _ in range(MOST_ATTEMPTS):
            assert state(parcel) == ParcelState.WAITING
            make_due(parcel)
            unpack(parcel.pk)
            parcel.refresh_from_db()
            waits.append(parcel.next_try_at - now())
    assert waits[0] < timedelta(seconds=10) < timedelta(seconds=60) < waits[-1]
    assert state(parcel) == ParcelState.QUARANTINED
    assert "cannot read this yet" in parcel.error
    event = Event.objects.get(kind="parcel.quarantined")
    assert event.payload == {"reason": "RuntimeError"}


def test_what_a_mail_sets_off_carries_its_number_into_the_log(parcel):
    unpack(parcel.pk)
    assert set(Event.objects.values_list("request_id", flat=True)) == {f"parcel-{parcel.pk}"}


def test_what_is_not_due_is_left_alone(parcel):
    with patch.object(adapter, "open", side_effect=RuntimeError):
        unpack(parcel.pk)
    unpack(parcel.pk)
    assert not Message.objects.exists()


def test_from_quarantine_it_is_tried_anew(parcel, admin):
    Parcel.objects.update(state=ParcelState.QUARANTINED, attempts=MOST_ATTEMPTS)
    parcel.retry(admin)
    parcel.retry(admin)
    unpack(parcel.pk)
    assert state(parcel) == ParcelState.DONE
    assert Event.objects.filter(kind="parcel.released").count() == 1


def test_a_discarded_one_is_gone_but_not_forgotten(parcel, admin):
    parcel.discard(admin)
    assert state(parcel) == ParcelState.WAITING
    Parcel.objects.update(state=ParcelState.QUARANTINED, error="said Dora")
    parcel.discard(admin)
    assert state(parcel) == ParcelState.DISCARDED
    assert (bytes(parcel.raw), parcel.meta, parcel.error) == (b"", {}, "")
    assert Event.objects.get(kind="parcel.discarded").actor_id == admin.pk


def test_a_worker_that_died_over_it_is_followed_by_another(parcel):
    assert Parcel.claim(parcel.pk)
    assert not Parcel.claim(parcel.pk)
    assert parcel not in Parcel.objects.due()
    Parcel.objects.update(next_try_at=now() - LEASE)
    assert parcel in Parcel.objects.due()
    unpack(parcel.pk)
    assert state(parcel) == ParcelState.DONE


def test_a_mail_that_kills_every_worker_is_quarantined(parcel):
    for _ in range(MOST_ATTEMPTS):
        make_due(parcel)
        assert Parcel.claim(parcel.pk)
    make_due(parcel)
    unpack(parcel.pk)
    assert state(parcel) == ParcelState.QUARANTINED


def test_the_sweep_repeats_what_the_queue_forgot(parcel, monkeypatch, django_capture_on_commit_callbacks):
    asked = []
    begun(tasks.unpack_some)
    monkeypatch.setattr("channels_inbox.tasks.unpack_some.apply_async", lambda args, **_: asked.append(args))
    with django_capture_on_commit_callbacks(execute=True):
        sweep_parcels()
    assert asked == []
    Parcel.objects.update(next_try_at=now() - timedelta(seconds=31))
    with django_capture_on_commit_callbacks(execute=True):
        sweep_parcels()
    assert asked == [()]


def test_the_sweep_queues_what_failed_one_by_one(parcel, monkeypatch, django_capture_on_commit_callbacks):
    queued = []
    monkeypatch.setattr("channels_inbox.tasks.unpack.apply_async", lambda args, **_: queued.extend(args))
    Parcel.objects.update(attempts=1, next_try_at=now() + LEASE)
    assert sweep_parcels() == 0
    make_due(parcel)
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep_parcels() == 1
    assert queued == [parcel.pk]


def test_without_any_channel_it_waits_in_quarantine(parcel, channel):
    channel.delete()
    unpack(parcel.pk)
    assert state(parcel) == ParcelState.QUARANTINED


def mails(channel, *names: str) -> list[Parcel]:
    meta = {"from": "dora@customer.example", "to": [CARE]}
    return [Parcel.accept(channel, letter(Message_ID=f"<{name}@x>").as_bytes(), meta) for name in names]


def test_all_that_waits_is_taken_in_a_few_at_a_time(channel):
    parcels = mails(channel, *(str(number) for number in range(A_FEW + 2)))
    unpack_some()
    assert {state(parcel) for parcel in parcels[:A_FEW]} == {ParcelState.DONE}
    assert Parcel.objects.waiting().count() == 2
    unpack_some()
    assert Message.objects.count() == len(parcels)


def test_a_bad_one_does_not_stop_those_taken_with_it(channel):
    good, bad, other = mails(channel, "1", "2", "3")
    Parcel.objects.filter(pk=bad.pk).update(raw=b"\0" * 10, meta={})
    unpack_some()
    assert (state(good), state(bad), state(other)) == (
        ParcelState.DONE,
        ParcelState.QUARANTINED,
        ParcelState.DONE,
    )


def test_one_that_cannot_even_be_set_aside_does_not_keep_the_others(channel):
    first, second = mails(channel, "1", "2")
    with (
        patch.object(adapter, "open", side_effect=[RuntimeError, []]),
        patch.object(Parcel, "postpone", side_effect=OperationalError),
    ):
        unpack_some()
    assert (state(first), state(second)) == (ParcelState.WAITING, ParcelState.DONE)


def test_what_comes_by_chat_is_taken_by_itself(channel):
    (parcel,) = mails(channel, "1")
    Parcel.objects.update(kind="telegram")
    unpack_some()
    assert state(parcel) == ParcelState.WAITING
    Parcel.objects.update(next_try_at=now() - timedelta(seconds=31))
    assert sweep_parcels() == 1


def test_what_a_dead_worker_had_in_hand_comes_again_alone(channel):
    parcels = mails(channel, "1", "2")
    assert Parcel.claim_new(A_FEW) == [parcel.pk for parcel in parcels]
    unpack_some()
    assert not Message.objects.exists()
    for parcel in parcels:
        make_due(parcel)
    unpack_some()
    assert not Message.objects.exists(), "what was tried before is not taken together with others"
    assert set(Parcel.objects.due()) == set(parcels)
    for parcel in parcels:
        unpack(parcel.pk)
    assert Message.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_many_mails_ask_for_one_worker(channel, monkeypatch):
    asked = []
    monkeypatch.setattr("channels_inbox.tasks.unpack_some.apply_async", lambda args, **_: asked.append(args))
    begun(tasks.unpack_some)
    mails(channel, "1", "2", "3")
    assert len(asked) == 1
    tasks.unpack_some()
    assert Message.objects.count() == 3
    mails(channel, "4")
    assert len(asked) == 2


@pytest.mark.django_db(transaction=True)
def test_where_more_waits_than_one_can_hold_another_worker_is_asked(channel, monkeypatch):
    asked = []
    monkeypatch.setattr("channels_inbox.tasks.unpack_some.apply_async", lambda args, **_: asked.append(args))
    begun(tasks.unpack_some)
    mails(channel, *(str(number) for number in range(A_FEW + 1)))
    assert len(asked) == 1
    tasks.unpack_some()
    assert len(asked) == 2
