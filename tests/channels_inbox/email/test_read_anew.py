"""A mailbox that its server numbers anew is read again: what was deleted here lies there still, and stays deleted."""

import pytest
from django.utils.timezone import now

from channels_inbox.models import Archive, Envelope, Mailbox, Parcel, ParcelState
from customers.models import Customer
from tests.channels_inbox.conftest import letter
from tests.channels_inbox.email.test_archive import read_all
from tests.channels_inbox.email.test_mailbox import YESTERDAY, look, raw
from tests.channels_inbox.email.test_mailbox import mailbox as mailbox
from tests.channels_inbox.email.test_mailbox import name as name
from tests.drain import drain
from tickets.models import Message

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]

UNREADABLE = b"Subject: Who wrote this secret?\r\n\r\nNobody.\r\n"


def leftovers() -> str:
    return " ".join(f"{bytes(one.raw)!r} {one.meta} {one.error}" for one in Parcel.objects.all())


@pytest.fixture
def taken(mailbox: Mailbox, mail_server, name, admin, ann) -> Mailbox:
    """Mails of Dora, with and without an id, one of Eve, and one that nobody can read, deleted in quarantine. Dora was
    erased, and Eve's message redacted."""
    mailbox.change(admin, begins_at=now() - YESTERDAY)
    look(mailbox)
    dora = [letter("My secret is a lid."), letter("Another secret.", Message_ID=None)]
    eve = letter("My secret too.", From="eve@evil.example")
    mail_server.put(name, *map(raw, [*dora, eve]), UNREADABLE)
    look(mailbox)
    drain()
    assert Message.objects.count() == 3
    Customer.objects.get(identities__key="dora@customer.example").erase(admin)
    Message.objects.get(customer__identities__key="eve@evil.example").redact(ann)
    Parcel.objects.get(state=ParcelState.QUARANTINED).discard(admin)
    return mailbox


def test_what_was_erased_redacted_or_deleted_does_not_come_back(taken, mail_server, name):
    customers = Customer.objects.count()
    mail_server.renumber(name)
    mail_server.put(name, raw(letter("Only after the move", From="bob@customer.example")))
    look(taken)
    drain()
    assert "secret" not in leftovers()
    assert "dora" not in leftovers()
    assert sorted(Message.objects.values_list("text", flat=True)) == ["", "", "", "Only after the move"]
    assert Customer.objects.count() == customers + 1
    assert not Parcel.objects.filter(state=ParcelState.QUARANTINED).exists()


def test_nor_as_an_archive(taken, mail_server, name, admin):
    Mailbox.objects.update(begins_at=now())
    taken.refresh_from_db()
    read_all(Archive.begin(taken, 3, admin))
    assert "secret" not in leftovers()
    assert set(Message.objects.values_list("text", flat=True)) == {""}


def test_nor_when_the_server_has_written_upon_it(taken, channel, mail_server, name):
    """Moved to another server, which adds its trace above: known by its id and what is below."""
    moved = [b"Received: by the new server\r\n" + bytes_of for bytes_of in raws(mail_server, name)]
    was = Message.objects.count()
    for one in moved[:2]:
        Parcel.accept(channel, one, {"mailbox": taken.pk, "uid": 1})
    drain()
    assert Message.objects.count() == was
    assert "secret" not in leftovers()


def test_written_again_it_is_a_new_mail(taken, mail_server, name):
    mail_server.put(name, raw(letter("I am back.")))
    look(taken)
    drain()
    assert Message.objects.filter(text="I am back.").exists()
    assert Envelope.objects.incoming().filter(address="dora@customer.example").count() == 1


def raws(mail_server, name: str) -> list[bytes]:
    with mail_server.imap(name) as imap:
        imap.select("INBOX", readonly=True)
        numbers = imap.search(None, "ALL")[1][0].split()
        return [imap.fetch(number.decode(), "(BODY.PEEK[])")[1][0][1] for number in numbers]
