"""The last days of a mailbox come along as closed tickets, and nobody hears of it."""

from datetime import timedelta
from email.utils import make_msgid

import pytest
from django.utils.timezone import now

from channels_inbox.adapters.email import archive as reading
from channels_inbox.adapters.email.archive import read_some
from channels_inbox.models import Archive, ArchiveState, Envelope, Mailbox, Parcel, ParcelState
from csat.models import Survey
from events.models import Receipt
from tests.channels_inbox.conftest import letter
from tests.channels_inbox.email.test_mailbox import look, mailbox, mails, name, raw  # noqa: F401
from tests.drain import drain
from tickets.models import Message, MessageKind, Ticket

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]

DAY = timedelta(days=1)


@pytest.fixture
def filled(mailbox: Mailbox, mail_server, name) -> Mailbox:  # noqa: F811
    """Five mails of last week, two of last year, and one that is new."""
    mail_server.put(name, *mails(2), at=now() - 400 * DAY)
    for number in range(5):
        mail_server.put(
            name, raw(letter(f"Last week {number}")), at=now() - 7 * DAY + number * timedelta(hours=1)
        )
    look(mailbox)
    mail_server.put(name, raw(letter("Today")))
    look(mailbox)
    drain()
    return mailbox


def read_all(archive: Archive) -> None:
    while Archive.objects.filter(pk=archive.pk, state=ArchiveState.RUNNING).exists():
        read_some(archive.pk)
    archive.refresh_from_db()


def test_the_last_days_become_closed_tickets(filled, admin):
    archive = Archive.begin(filled, 30, admin)
    read_all(archive)
    assert (archive.state, archive.percent) == (ArchiveState.DONE, 100)
    closed = Ticket.objects.filter(status="closed")
    assert closed.count() == 5
    assert not closed.filter(unread=True).exists()
    assert not closed.exclude(waiting_since=None).exists()
    assert all(ticket.created_at < now() - 6 * DAY for ticket in closed)
    assert Ticket.objects.exclude(status="closed").count() == 1


def test_nothing_follows_from_them(filled, admin):
    before = Receipt.objects.count(), Envelope.objects.filter(direction="out").count()
    read_all(Archive.begin(filled, 1000, admin))
    drain()
    assert (Receipt.objects.count(), Envelope.objects.filter(direction="out").count()) == before
    assert not Survey.objects.exists()
    assert not Message.objects.exclude(kind=MessageKind.CUSTOMER).filter(ticket__status="closed").exists()
    assert Ticket.objects.filter(status="closed").count() == 7


def test_it_is_read_a_stretch_at_a_time_and_goes_on_where_a_worker_died(filled, admin, monkeypatch):
    monkeypatch.setattr(reading, "STRETCH", 2)
    archive = Archive.begin(filled, 30, admin)
    read_some(archive.pk)
    archive.refresh_from_db()
    assert archive.state == ArchiveState.RUNNING
    monkeypatch.setattr(reading, "unpack", lambda pk: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        read_some(archive.pk)
    monkeypatch.undo()
    assert Archive.forgotten() == []
    Archive.objects.update(free_at=now() - DAY)
    assert Archive.forgotten() == [archive.pk]
    read_all(archive)
    drain()
    assert Ticket.objects.filter(status="closed").count() == 5
    assert not Parcel.objects.exclude(state=ParcelState.DONE).exists()
    assert Parcel.objects.filter(meta__archive=archive.pk).count() == 5


def test_what_came_in_the_second_of_connecting_is_new(filled, admin, mail_server, name):  # noqa: F811
    second = (now() - 3 * DAY).replace(microsecond=0)
    mail_server.put(name, raw(letter("Just then")), at=second)
    Mailbox.objects.update(begins_at=second + timedelta(milliseconds=500))
    archive = Archive.begin(filled, 30, admin)
    read_all(archive)
    assert Parcel.objects.filter(meta__archive=archive.pk).count() == 5


def test_read_twice_it_is_there_once_and_live_tickets_stay_open(filled, admin):
    read_all(Archive.begin(filled, 30, admin))
    Mailbox.objects.update(begins_at=now() + DAY)
    read_all(Archive.begin(filled, 30, admin))
    assert Ticket.objects.filter(status="closed").count() == 5
    assert Ticket.objects.exclude(status="closed").count() == 1


def test_one_that_cannot_be_read_lies_in_quarantine(filled, admin, mail_server, name):  # noqa: F811
    broken = f"Subject: x\r\nMessage-ID: {make_msgid()}\r\n\r\nFrom nobody\r\n".encode()
    mail_server.put(name, broken, at=now() - 3 * DAY)
    read_all(Archive.begin(filled, 30, admin))
    assert Parcel.objects.filter(state=ParcelState.QUARANTINED).count() == 1
    assert Ticket.objects.filter(status="closed").count() == 5


def test_it_can_be_stopped(filled, admin, monkeypatch):
    monkeypatch.setattr(reading, "STRETCH", 2)
    archive = Archive.begin(filled, 30, admin)
    read_some(archive.pk)
    archive.stop(admin)
    read_some(archive.pk)
    assert Ticket.objects.filter(status="closed").count() < 5


def test_a_server_that_is_away_is_waited_for(filled, admin):
    archive = Archive.begin(filled, 30, admin)
    Mailbox.objects.update(port=9)
    read_some(archive.pk)
    archive.refresh_from_db()
    assert (archive.state, archive.trouble) == (ArchiveState.RUNNING, "port")
    assert archive.free_at > now()
