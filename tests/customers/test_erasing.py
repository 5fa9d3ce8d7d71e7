"""A word that a customer writes everywhere he can is found nowhere after he is erased."""

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils.timezone import now

from agents.models import Agent
from channels_inbox.models import Channel, Direction, Envelope, EnvelopeState, Parcel, ParcelState, Thread
from csat.models import Survey
from customers.models import Customer
from events.models import Event
from tickets.models import Attachment, Blob, Draft, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
WORD = "zanzibarlantern"


@pytest.fixture(autouse=True)
def no_files_of_other_tests() -> None:
    shutil.rmtree(Path(settings.STORAGES["default"]["OPTIONS"]["location"]) / "blobs", ignore_errors=True)


@pytest.fixture
def channel(orders) -> Channel:
    return Channel.objects.create(kind="email", name="Care", team=orders, address="care@shop.example")


@pytest.fixture
def customer() -> Customer:
    return Customer.identify("email", f"{WORD}@customer.example", name=f"Dora {WORD}", source="email")


def attached(content: str = WORD) -> Attachment:
    with transaction.atomic():
        return Attachment(blob=Blob.of(content.encode()), name=f"{WORD}.txt", content_id=f"{WORD}@x")


def say_it_everywhere(customer: Customer, ticket: Ticket, channel: Channel, ann: Agent) -> None:
    said = {"text": f"My name is {WORD}.", "html": f"<p>{WORD}</p>", "to": [f"{WORD}@x.example"]}
    with transaction.atomic():
        message = ticket.receive(
            customer, **said, cc=[f"Dora <{WORD}@customer.example>"], attachments=[attached()]
        )
    reply = ticket.reply(ann, text=f"Dear {WORD},", html=f"<b>{WORD}</b>", to=[f"{WORD}@customer.example"])
    reply.mark_failed(f"550 {WORD}@customer.example is unknown")
    ticket.reply(ann, text=f"Held for {WORD}", hold=timedelta(seconds=10))
    ticket.note(ann, text=f"{WORD} called", attachments=[attached(f"note {WORD}")])
    draft = Draft.keep(ticket, ann, "reply", f"As {WORD} wrote")
    loose = attached(f"draft {WORD}")
    loose.draft = draft
    loose.save()
    ticket.rate(1, f"{WORD} is not happy", customer)
    Survey.objects.create(ticket=ticket, score=1, comment=WORD, answered_at=now())
    thread = Thread.objects.create(channel=channel, key=f"{WORD}-thread", customer=customer, ticket=ticket)
    Parcel.objects.create(
        kind="email",
        channel=channel,
        raw=f"raw {WORD}".encode(),
        meta={"from": WORD},
        message=message,
        error=WORD,
    )
    outside = {"channel": channel, "thread": thread, "address": f"{WORD}@customer.example", "error": WORD}
    Envelope.objects.create(
        message=message, direction=Direction.IN, provider_id=f"<{WORD}@laptop>", digest="d", **outside
    )
    for address in ("", "2"):
        outside["address"] = f"{WORD}{address}@customer.example"
        Envelope.objects.create(message=reply, direction=Direction.OUT, **outside)


def found() -> list[str]:
    """Every column of every table, and every file, that holds the word: as text, as bytes, or in its name."""
    places = []
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT table_name, column_name, data_type FROM information_schema.columns
               WHERE table_schema = 'public'"""
        )
        for table, column, kind in cursor.fetchall():
            text = f"encode({column}, 'escape')" if kind == "bytea" else f'"{column}"::text'
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE {text} ILIKE %s', [f"%{WORD}%"])
            if count := cursor.fetchone()[0]:
                places.append(f"{table}.{column}: {count}")
    for folder, _folders, files in os.walk(settings.STORAGES["default"]["OPTIONS"]["location"]):
        for name in files:
            if WORD in name or WORD.encode() in (Path(folder) / name).read_bytes():
                places.append(f"{folder}/{name}")
    return places


def test_nothing_of_an_erased_customer_remains(customer, channel, orders, ann, eve, dora):
    customer.change(ann, notes=f"Loves {WORD}")
    second = Customer.identify("email", f"{WORD}@home.example", name=WORD)
    customer.absorb(second, by=ann)
    customer.add_identity("handle", WORD)
    ticket = Ticket.open(customer, orders, subject=f"About {WORD}", source="email")
    say_it_everywhere(customer, ticket, channel, ann)
    others = Ticket.open(eve, orders, subject="Mine", source="email")
    others.receive(eve, text="Eve's own words", cc=[f"Dora <{WORD}@customer.example>", "carl@shop.example"])
    others.receive(customer, text=f"I join as {WORD}", attachments=[attached()])
    quarantined = Parcel.objects.create(
        kind="email", channel=channel, raw=f"From: {WORD}@home.example\n\n{WORD}".encode(),
        meta={"sender": f"{WORD}@home.example"}, state=ParcelState.QUARANTINED, error=f"cannot read {WORD}",
    )  # fmt: skip
    assert len(found()) >= 30, "it was written everywhere"

    customer.erase(by=ann)

    assert found() == []
    assert Customer.objects.get(pk=customer.pk).erased_at is not None
    assert Event.objects.filter(kind="customer.erased", actor_id=ann.pk).count() == 2
    others.refresh_from_db()
    first = others.messages.order_by("number").first()
    assert (first.text, first.cc, others.subject) == ("Eve's own words", ["carl@shop.example"], "Mine")
    assert not Envelope.objects.filter(direction=Direction.OUT, state=EnvelopeState.PENDING).exists()
    quarantined.refresh_from_db()
    assert quarantined.state == ParcelState.DISCARDED


def test_an_erased_customer_who_writes_again_is_somebody_new(customer, ann):
    address = customer.email
    customer.erase(by=ann)
    customer.erase(by=ann)
    assert Event.objects.filter(kind="customer.erased").count() == 1
    assert Customer.identify("email", address) != customer
    with pytest.raises(ValueError):
        customer.change(ann, name="Dora")
    with pytest.raises(ValueError):
        customer.add_identity("email", "other@x.example")


def test_a_redacted_message_is_gone_with_its_raw_form_drafts_and_files(dora, ticket, channel, ann):
    with transaction.atomic():
        message = ticket.receive(
            dora,
            text=f"Card {WORD}",
            html=f"<i>{WORD}</i>",
            attachments=[attached(), attached("twice " + WORD)],
        )
    Parcel.objects.create(kind="email", raw=WORD.encode(), meta={"word": WORD}, message=message)
    draft = Draft.keep(ticket, ann, "note", f"The card {WORD}")
    loose = attached(f"loose {WORD}")
    loose.draft = draft
    loose.save()
    assert len(found()) > 8

    message.redact(by=ann)
    message.redact(by=ann)

    assert found() == []
    ticket.refresh_from_db()
    assert ticket.preview == ""
    assert ticket.messages.order_by("number").first().text == "Hello, the lid arrived cracked."
    assert Event.objects.of_ticket(ticket.pk).filter(kind="message.redacted").count() == 1
    assert message.redacted_at is not None


def test_a_redacted_file_goes_and_the_words_stay(dora, ticket, channel, ann):
    with transaction.atomic():
        message = ticket.receive(dora, text="See the file", attachments=[attached()])
    Parcel.objects.create(kind="email", raw=WORD.encode(), message=message)
    message.attachments.get().redact(by=ann)
    assert found() == []
    message.refresh_from_db()
    assert message.text == "See the file"
    assert Event.objects.of_ticket(ticket.pk).filter(kind="file.redacted").count() == 1


def test_a_content_that_another_message_carries_stays_there(dora, eve, ticket, ann):
    with transaction.atomic():
        one = ticket.receive(dora, text="one", attachments=[attached()])
    with transaction.atomic():
        other = ticket.receive(eve, text="other", attachments=[attached()])
    one.redact(by=ann)
    blob = other.attachments.get().blob
    assert default_storage.exists(blob.path)
    other.redact(by=ann)
    assert not default_storage.exists(blob.path)
    assert found() == []


def test_a_held_reply_that_is_redacted_is_never_sent(ticket, ann):
    reply = ticket.reply(ann, text=WORD, hold=timedelta(seconds=10))
    reply.redact(by=ann)
    assert not reply.release(early=True)
    assert found() == []
