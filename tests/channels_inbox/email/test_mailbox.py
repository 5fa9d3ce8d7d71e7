"""A mailbox is looked after: each mail in it is a parcel once, whatever happens in between."""

import threading
import time
from datetime import timedelta
from email.policy import SMTP
from uuid import uuid4

import pytest
from django.db import connection
from django.utils.timezone import now
from imap_tools.errors import MailboxFetchError

from channels_inbox.adapters.email.accounts import account_of
from channels_inbox.adapters.email.collecting import collect, settle
from channels_inbox.adapters.email.imap import Connection
from channels_inbox.keepers import Keepers
from channels_inbox.models import Afterwards, Hold, Mailbox, Parcel, ParcelState
from channels_inbox.models.mailbox import MOST_TRIES
from tests.channels_inbox.conftest import letter
from tests.drain import drain
from tests.waiting import until
from tickets.models import Message, Ticket

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]

YESTERDAY = timedelta(days=1)


@pytest.fixture
def name() -> str:
    """A mailbox on the server that no other test knows."""
    return f"m{uuid4().hex[:12]}"


@pytest.fixture
def mailbox(mail_server, channel, admin, name) -> Mailbox:
    found = Mailbox(channel=channel)
    found.change(
        admin,
        credentials={"password": "pw"},
        host="127.0.0.1",
        port=mail_server.imap_port,
        encryption="none",
        user=name,
    )
    return found


def look(mailbox: Mailbox) -> int:
    """What a keeper does whenever it looks."""
    mailbox.refresh_from_db()
    with Connection(account_of(mailbox)) as inbox:
        inbox.choose(mailbox.folder)
        settle(mailbox, inbox)
        return collect(mailbox, inbox, threading.Event())


def raw(mail) -> bytes:
    return mail.as_bytes(policy=SMTP)


def mails(count: int) -> list[bytes]:
    return [raw(letter(f"Mail number {number}")) for number in range(count)]


def test_new_mail_becomes_tickets_and_is_marked_read(mailbox, mail_server, name):
    look(mailbox)
    raws = mails(3)
    mail_server.put(name, *raws)
    assert look(mailbox) == 3
    assert [bytes(parcel.raw) for parcel in Parcel.objects.order_by("pk")] == raws
    assert all(b"\\Seen" in flags for flags in mail_server.flags(name))
    drain()
    assert Ticket.objects.count() == 3
    assert look(mailbox) == 0


def test_the_folder_as_it_was_found_stays_as_it_was(mailbox, mail_server, name):
    mail_server.put(name, *mails(3), at=now() - YESTERDAY)
    assert look(mailbox) == 0
    assert not Parcel.objects.exists()
    assert mail_server.flags(name) == [b"", b"", b""]


def test_an_outage_of_any_length_is_made_up_for(mailbox, mail_server, name):
    look(mailbox)
    mail_server.put(name, *mails(25), at=now() - timedelta(days=400))
    assert look(mailbox) == 25


def test_a_folder_numbered_anew_is_read_again_and_nothing_doubles(mailbox, mail_server, name):
    mail_server.put(name, *mails(2), at=now() - YESTERDAY)
    look(mailbox)
    without_id = raw(letter("I have no Message-ID", Message_ID=None))
    mail_server.put(name, *mails(3), without_id)
    look(mailbox)
    drain()
    was = mailbox.uid_validity
    mail_server.renumber(name)
    mail_server.put(name, raw(letter("Only after the move")))
    look(mailbox)
    drain()
    assert mailbox.uid_validity != was
    assert sorted(Message.objects.values_list("text", flat=True)) == sorted(
        [
            "Mail number 0",
            "Mail number 1",
            "Mail number 2",
            "I have no Message-ID",
            "Only after the move",
        ]
    )


def test_numbered_anew_a_mail_lies_once_in_quarantine(mailbox, mail_server, name):
    look(mailbox)
    mail_server.put(name, b"Subject: Who wrote this?\r\n\r\nNobody.\r\n")
    look(mailbox)
    drain()
    mail_server.renumber(name)
    look(mailbox)
    drain()
    states = Parcel.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [ParcelState.QUARANTINED, ParcelState.DISCARDED]


def test_what_was_taken_is_moved_to_a_folder_that_is_made_for_it(mailbox, mail_server, name, admin):
    mailbox.change(admin, afterwards=Afterwards.MOVE, move_to="Tickets/تذاكر")
    look(mailbox)
    mail_server.put(name, *mails(2))
    look(mailbox)
    assert mail_server.inbox(name) == []
    assert len(mail_server.flags(name, "Tickets/تذاكر")) == 2


def test_what_was_taken_is_left_as_it_is(mailbox, mail_server, name, admin):
    mailbox.change(admin, afterwards=Afterwards.LEAVE)
    look(mailbox)
    mail_server.put(name, *mails(2))
    assert look(mailbox) == 2
    assert mail_server.flags(name) == [b"", b""]


def test_a_mail_is_not_marked_before_it_is_committed(mailbox, mail_server, name, monkeypatch):
    look(mailbox)
    mail_server.put(name, *mails(1))
    monkeypatch.setattr(Parcel, "accept", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        look(mailbox)
    assert b"\\Seen" not in mail_server.flags(name)[0]
    monkeypatch.undo()
    assert look(mailbox) == 1


def test_a_mark_that_was_missed_is_made_up_for(mailbox, mail_server, name, monkeypatch):
    look(mailbox)
    mail_server.put(name, *mails(2))
    monkeypatch.setattr(Connection, "mark_read", lambda self, uid: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        look(mailbox)
    monkeypatch.undo()
    look(mailbox)
    assert all(b"\\Seen" in flags for flags in mail_server.flags(name))
    assert Parcel.objects.count() == 2


@pytest.fixture
def stubborn(monkeypatch):
    """The server does not hand out the second mail, in one way or another."""
    fetch = Connection._fetch

    def refuse(error: Exception) -> None:
        def instead(self, uid, what):
            if uid == 2 and what == "BODY.PEEK[]":
                raise error
            return fetch(self, uid, what)

        monkeypatch.setattr(Connection, "_fetch", instead)

    return refuse


def test_one_bad_mail_never_stops_the_rest_and_ends_in_quarantine(mailbox, mail_server, name, stubborn):
    stubborn(MailboxFetchError(("NO", [b"corrupt"]), "OK"))
    look(mailbox)
    mail_server.put(name, *mails(4))
    look(mailbox)
    assert Parcel.objects.filter(state=ParcelState.WAITING).count() == 3
    for _try in range(MOST_TRIES):
        look(mailbox)
    (parcel,) = Parcel.objects.filter(state=ParcelState.QUARANTINED)
    assert parcel.meta["uid"] == 2
    assert b"Subject: Cracked lid" in bytes(parcel.raw)
    mailbox.refresh_from_db()
    assert mailbox.failing == {}


def test_a_mail_over_which_the_connection_breaks_does_not_stop_the_rest(mailbox, mail_server, name, stubborn):
    stubborn(ConnectionResetError("gone"))
    look(mailbox)
    mail_server.put(name, *mails(4))
    for _try in range(3):
        with pytest.raises(ConnectionResetError):
            look(mailbox)
    assert Parcel.objects.count() == 3


def test_a_mail_that_can_be_had_later_is_a_ticket_later(mailbox, mail_server, name, stubborn, monkeypatch):
    stubborn(MailboxFetchError(("NO", [b"try later"]), "OK"))
    look(mailbox)
    mail_server.put(name, *mails(3))
    look(mailbox)
    monkeypatch.undo()
    look(mailbox)
    assert Parcel.objects.filter(state=ParcelState.WAITING).count() == 3
    assert len(mail_server.flags(name)) == sum(b"\\Seen" in flags for flags in mail_server.flags(name))


def test_a_mail_too_large_to_take_is_shown_in_quarantine(mailbox, mail_server, name, monkeypatch):
    look(mailbox)
    mail_server.put(name, raw(letter("x" * 5000)), *mails(1))
    monkeypatch.setattr("channels_inbox.adapters.email.collecting.LARGEST", 3000)
    look(mailbox)
    (parcel,) = Parcel.objects.filter(state=ParcelState.QUARANTINED)
    assert parcel.held_for == Hold.LARGE
    assert Parcel.objects.filter(state=ParcelState.WAITING).count() == 1


def test_two_that_look_at_once_take_each_mail_once(mailbox, mail_server, name):
    look(mailbox)
    mail_server.put(name, *mails(30))
    stale = Mailbox.objects.select_related("channel").get(pk=mailbox.pk)
    with Connection(account_of(stale)) as inbox:
        inbox.choose("INBOX")

        def look_too() -> None:
            look(mailbox)
            connection.close()

        thread = threading.Thread(target=look_too)
        thread.start()
        collect(stale, inbox, threading.Event())
        thread.join()
    assert Parcel.objects.count() == 30


def test_how_it_came_is_kept_as_an_smtp_envelope_would_have_said_it(mailbox, mail_server, name):
    look(mailbox)
    headers = b"Return-Path: <>\r\nDelivered-To: care+t1.abc@shop.example\r\n"
    mail_server.put(name, headers + raw(letter()), raw(letter()))
    look(mailbox)
    bounce, plain = Parcel.objects.order_by("pk")
    assert (bounce.meta["from"], bounce.meta["to"][0]) == ("", "care+t1.abc@shop.example")
    assert "from" not in plain.meta


# Kept by the program --------------------------------------------------------------------------------------


@pytest.fixture
def kept(mailbox):
    """The program runs."""
    ended = threading.Event()
    program = threading.Thread(target=Keepers().run, args=(ended,))
    program.start()
    yield mailbox
    ended.set()
    program.join(10)
    assert not program.is_alive()


def seen(mailbox: Mailbox) -> bool:
    mailbox.refresh_from_db()
    return mailbox.seen_at is not None and not mailbox.trouble and mailbox.behind == 0


def test_a_mail_is_ours_within_two_seconds_of_its_arrival(kept, mail_server, name):
    until(lambda: seen(kept))
    time.sleep(0.5)
    for count in (1, 2):
        mail_server.put(name, *mails(1))
        assert until(lambda count=count: Parcel.objects.count() == count) < 2
    kept.refresh_from_db()
    assert kept.lag < 3


def test_a_server_that_does_not_tell_is_asked(kept, mail_server, name, monkeypatch):
    monkeypatch.setattr(Connection, "tells", False)
    monkeypatch.setattr("channels_inbox.adapters.email.imap.POLL_SECONDS", 0.5)
    mail_server.put(name, *mails(1))
    until(lambda: Parcel.objects.count() == 1)


def test_what_is_wrong_is_noted_and_new_settings_hold_at_once(kept, mail_server, name, admin):
    until(lambda: seen(kept))
    kept.change(admin, credentials={"password": "wrong"})
    until(lambda: Mailbox.objects.filter(trouble="password").exists())
    kept.change(admin, credentials={"password": "pw"})
    until(lambda: seen(kept))
    mail_server.put(name, *mails(1))
    until(lambda: Parcel.objects.count() == 1)


def test_an_inactive_channel_is_left_alone(kept, mail_server, name, admin):
    until(lambda: seen(kept))
    kept.channel.change(admin, is_active=False)
    until(lambda: Mailbox.objects.filter(keeper="").exists())
    mail_server.put(name, *mails(1))
    time.sleep(1)
    assert not Parcel.objects.exists()
