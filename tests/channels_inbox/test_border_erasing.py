"""What is forgotten is forgotten at the border too, and merged customers keep their threads."""

import pytest

from channels_inbox.models import Envelope, Outlet, Parcel, ParcelState, Report, Thread
from csat.models import Survey
from customers.models import Customer
from tests.channels_inbox.conftest import CARE, letter
from tests.drain import drain
from tickets.models import Message, Status, Ticket

FROM_DORA = {"from": "dora@customer.example", "to": [CARE]}


@pytest.fixture
def told(channel) -> Message:
    """What Dora wrote, twice delivered."""
    raw = letter("My secret is a cracked lid.").as_bytes()
    for _ in range(2):
        Parcel.accept(channel, raw, FROM_DORA)
    drain()
    return Message.objects.get()


def leftovers() -> str:
    parcels = [f"{bytes(one.raw)!r} {one.meta} {one.error}" for one in Parcel.objects.all()]
    return " ".join([*parcels, *Envelope.objects.values_list("address", flat=True)])


def test_redacting_a_message_empties_every_copy_that_came(told, ann):
    told.redact(ann)
    assert "secret" not in leftovers()


def test_erasing_a_customer_leaves_nothing_of_him(told, channel, admin, ann):
    quarantined = Parcel.objects.create(
        kind="email",
        channel=channel,
        raw=b"secret",
        meta=FROM_DORA,
        state=ParcelState.QUARANTINED,
        error="dora@…",
    )
    told.ticket.reply(ann, text="Oh.", then=Status.SOLVED)
    drain(held=True)
    Survey.objects.get().answer(1, "secret")
    told.customer.erase(admin)
    assert "secret" not in leftovers()
    assert "dora" not in leftovers()
    assert Survey.objects.get().comment == ""
    quarantined.refresh_from_db()
    assert quarantined.state == ParcelState.DISCARDED


def test_erasing_a_customer_forgets_what_providers_told_of_him(told, channel, admin, ann):
    told.ticket.reply(ann, text="Oh.")
    drain(held=True)
    recipient = Envelope.objects.outgoing().get().recipients.get()
    facts = {"told": "failed", "detail": "550 <dora@customer.example> unknown"}
    Report.objects.create(
        outlet=Outlet.objects.create(channel=channel), key="1", recipient=recipient, **facts
    )
    told.customer.erase(admin)
    assert Report.objects.get().detail == ""


def test_others_keep_what_is_theirs(told, channel, eve, admin):
    other = letter("Words of another", From="eve@evil.example").as_bytes()
    Parcel.accept(channel, other, {"from": "eve@evil.example", "to": [CARE]})
    drain()
    told.customer.erase(admin)
    assert "Words of another" in leftovers()
    assert "eve@evil.example" in leftovers()


def test_threads_follow_a_merge_there_and_back(told, admin):
    other = Customer.identify("email", "dora@work.example")
    merge = other.absorb(told.customer, admin)
    assert Thread.objects.get().customer == other
    merge.undo(admin)
    assert Thread.objects.get().customer == Ticket.objects.get().customer == told.customer
