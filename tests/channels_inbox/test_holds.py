"""What a rule holds stays whole in quarantine until somebody releases it; what was not looked at is not let through."""

import socket
import struct
import threading

import pytest
from django.urls import reverse
from django.utils.timezone import now

from channels_inbox.models import Hold, Parcel, ParcelState, Sender, Verdict
from channels_inbox.models.sender import pattern_of
from channels_inbox.unpacking import unpack
from events.models import Event
from tests.channels_inbox.conftest import CARE, letter
from tickets.models import Message

VIRUS = b"not a virus, but the scanner of this test says so"


class Clamd:
    """Answers INSTREAM as clamd(8) says: OK, FOUND, or an error beyond its size limit."""

    def __init__(self, limit: int = 10**9) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self.server.getsockname()[1]}"
        self.limit = limit
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                client, _address = self.server.accept()
            except OSError:
                return
            with client, client.makefile("rb") as asked:
                assert asked.read(10) == b"zINSTREAM\0"
                data = b""
                while size := struct.unpack("!I", asked.read(4))[0]:
                    data += asked.read(size)
                if len(data) > self.limit:
                    client.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                else:
                    client.sendall(b"stream: Test.Virus FOUND\0" if VIRUS in data else b"stream: OK\0")


@pytest.fixture
def clamd(settings):
    clamd = Clamd()
    settings.CLAMD_URL = clamd.url
    yield clamd
    clamd.server.close()


@pytest.fixture
def accepted(channel):
    def accepted(mail) -> Parcel:
        return Parcel.accept(channel, mail.as_bytes(), {"from": "dora@customer.example", "to": [CARE]})

    return accepted


def work(parcel: Parcel) -> Parcel:
    Parcel.objects.filter(pk=parcel.pk).update(next_try_at=now())
    unpack(parcel.pk)
    parcel.refresh_from_db()
    return parcel


@pytest.mark.parametrize("pattern", ["Dora@customer.EXAMPLE", "customer.example", "@customer.example"])
def test_a_blocked_senders_mail_is_held_whole_and_can_be_released(accepted, admin, pattern):
    Sender.judge(pattern, Verdict.BLOCK, admin)
    mail = letter()
    parcel = work(accepted(mail))
    assert (parcel.state, parcel.held_for) == (ParcelState.QUARANTINED, Hold.BLOCKED)
    assert bytes(parcel.raw) == mail.as_bytes()
    assert not Message.objects.exists()
    assert Event.objects.get(kind="parcel.quarantined").payload == {"reason": "blocked"}
    parcel.release(admin)
    assert work(parcel).state == ParcelState.DONE
    assert Message.objects.count() == 1


def test_trying_again_asks_the_rules_again(accepted, admin):
    blocked = Sender.judge("customer.example", Verdict.BLOCK, admin)
    parcel = work(accepted(letter()))
    parcel.retry(admin)
    assert work(parcel).state == ParcelState.QUARANTINED
    blocked.forget(admin)
    parcel.retry(admin)
    assert work(parcel).state == ParcelState.DONE


def test_an_allowed_address_outweighs_its_blocked_domain(accepted, admin):
    Sender.judge("customer.example", Verdict.BLOCK, admin)
    Sender.judge("dora@customer.example", Verdict.ALLOW, admin)
    assert work(accepted(letter())).state == ParcelState.DONE
    other = accepted(letter(From="eve@customer.example"))
    assert work(other).held_for == Hold.BLOCKED


def test_a_domain_below_or_beside_is_another_one(admin):
    Sender.judge("evil.example", Verdict.BLOCK, admin)
    assert Sender.objects.blocks("email", "eve@evil.example")
    assert not Sender.objects.blocks("email", "dora@notevil.example")
    assert not Sender.objects.blocks("email", "evil.example@customer.example")


@pytest.mark.parametrize("written", ["", "word", "a b@c.example", "@", "two@at@"])
def test_what_is_no_sender_is_refused(written):
    with pytest.raises(ValueError):
        pattern_of(written)


def test_what_the_scanner_finds_is_held_and_named(accepted, clamd):
    parcel = work(accepted(letter(VIRUS.decode())))
    assert (parcel.held_for, parcel.error) == (Hold.VIRUS, "Test.Virus")
    assert not Message.objects.exists()
    assert work(accepted(letter())).state == ParcelState.DONE


def test_while_the_scanner_is_down_mail_waits_neither_lost_nor_let_through(accepted, settings):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        settings.CLAMD_URL = f"tcp://127.0.0.1:{closed.getsockname()[1]}"
    parcel = accepted(letter())
    for _try in range(10):
        assert work(parcel).state == ParcelState.WAITING
    assert not Message.objects.exists()
    clamd = Clamd()
    settings.CLAMD_URL = clamd.url
    assert work(parcel).state == ParcelState.DONE
    clamd.server.close()


def test_what_the_scanner_refuses_to_look_at_waits(accepted, settings):
    clamd = Clamd(limit=10)
    settings.CLAMD_URL = clamd.url
    assert work(accepted(letter())).state == ParcelState.WAITING
    assert not Message.objects.exists()
    clamd.server.close()


def test_the_quarantine_says_why_in_words_and_releases(client, admin, accepted):
    Sender.judge("customer.example", Verdict.BLOCK, admin)
    parcel = work(accepted(letter()))
    client.force_login(admin)
    assert "Its sender is blocked." in client.get(reverse("quarantine")).content.decode()
    assert "Its sender is blocked." in client.get(reverse("parcel", args=[parcel.pk])).content.decode()
    client.post(reverse("parcel-release", args=[parcel.pk]))
    assert work(parcel).state == ParcelState.DONE


def test_senders_are_judged_on_their_page(client, admin):
    client.force_login(admin)
    page = reverse("senders")
    assert client.post(page, {"pattern": "nonsense", "verdict": "block"}).status_code == 422
    assert client.post(page, {"pattern": "Evil.Example", "verdict": "block"}).status_code == 302
    sender = Sender.objects.get()
    assert sender.pattern == "evil.example"
    assert "evil.example" in client.get(page).content.decode()
    client.post(reverse("sender-removal", args=[sender.pk]))
    assert not Sender.objects.exists()
