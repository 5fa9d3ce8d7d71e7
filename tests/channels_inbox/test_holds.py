"""What a rule holds stays whole in quarantine until somebody releases it; what was not looked at is not let through."""

import socket
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.urls import reverse
from django.utils.timezone import now
from redis import ConnectionError as RedisConnectionError

from channels_inbox import caps
from channels_inbox.adapters.contract import Unreadable
from channels_inbox.models import Hold, Parcel, ParcelState, Sender, Verdict
from channels_inbox.models.sender import pattern_of
from channels_inbox.unpacking import unpack
from events import counting
from events.models import Event
from tests.channels_inbox.conftest import CARE, letter
from tests.servers.clamd import VIRUS, Clamd
from tickets.models import Message


@pytest.fixture
def accepted(channel):
    def accepted(mail, sender: str = "dora@customer.example") -> Parcel:
        return Parcel.accept(channel, mail.as_bytes(), {"from": sender, "to": [CARE]})

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
    assert Sender.objects.verdict_on("email", "eve@evil.example")
    assert not Sender.objects.verdict_on("email", "dora@notevil.example")
    assert not Sender.objects.verdict_on("email", "evil.example@customer.example")


@pytest.mark.parametrize("written", ["", "word", "a b@c.example", "@", "two@at@"])
def test_what_is_no_sender_is_refused(written):
    with pytest.raises(ValueError):
        pattern_of(written)


def test_what_the_scanner_finds_is_held_and_named(accepted, clamd):
    parcel = work(accepted(letter(VIRUS.decode())))
    assert (parcel.held_for, parcel.error) == (Hold.VIRUS, "Test.Virus")
    assert not Message.objects.exists()
    assert work(accepted(letter())).state == ParcelState.DONE


def test_a_copy_of_what_lies_in_quarantine_is_let_go(accepted, admin):
    Sender.judge("customer.example", Verdict.BLOCK, admin)
    mail = letter()
    first, again = work(accepted(mail)), work(accepted(mail))
    assert (first.state, again.state) == (ParcelState.QUARANTINED, ParcelState.DISCARDED)
    assert (bytes(first.raw), bytes(again.raw)) == (mail.as_bytes(), b"")
    assert work(accepted(letter())).state == ParcelState.QUARANTINED
    assert Event.objects.filter(kind="parcel.quarantined").count() == 2
    first.discard(admin)
    assert work(accepted(mail)).state == ParcelState.QUARANTINED


def test_of_what_nobody_can_read_a_copy_is_let_go_too(accepted):
    mail = letter(From=None)
    states = [work(accepted(mail, sender="")).state for _copy in range(2)]
    assert states == [ParcelState.QUARANTINED, ParcelState.DISCARDED]


def test_what_could_not_be_fetched_at_all_is_no_copy_of_another(channel):
    for uid in range(2):
        Parcel.accept(channel, b"", {"uid": uid}).postpone(Unreadable("gone"), for_good=True)
    assert Parcel.objects.filter(state=ParcelState.QUARANTINED).count() == 2


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
    clamd.close()


def test_what_the_scanner_refuses_to_look_at_waits(accepted, settings):
    clamd = Clamd(limit=10)
    settings.CLAMD_URL = clamd.url
    assert work(accepted(letter())).state == ParcelState.WAITING
    assert not Message.objects.exists()
    clamd.close()


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


@pytest.fixture
def flooded(accepted, monkeypatch):
    """Five mails of Eve's where two are too many, and one of Dora's."""
    monkeypatch.setattr(caps, "MOST_FROM_ONE", 2)
    mails = [letter(f"Number {number}", From="eve@evil.example") for number in range(5)]
    return [work(accepted(mail)) for mail in mails], work(accepted(letter()))


def test_more_than_a_person_would_send_at_once_is_held(flooded):
    eves, doras = flooded
    assert [parcel.held_for for parcel in eves] == ["", "", Hold.BOMB, Hold.BOMB, Hold.BOMB]
    assert doras.state == ParcelState.DONE


def test_what_waited_for_us_in_a_mailbox_is_no_flood(accepted, monkeypatch):
    monkeypatch.setattr(caps, "MOST_FROM_ONE", 2)
    for number in range(5):
        parcel = accepted(letter(f"Number {number}"))
        Parcel.objects.filter(pk=parcel.pk).update(received_at=now() - timedelta(hours=number))
        assert work(parcel).state == ParcelState.DONE


def test_who_is_allowed_may_send_as_much_as_he_likes(accepted, admin, monkeypatch):
    monkeypatch.setattr(caps, "MOST_FROM_ONE", 0)
    Sender.judge("monitoring.example", Verdict.ALLOW, admin)
    assert work(accepted(letter(From="alerts@monitoring.example"))).state == ParcelState.DONE


def test_a_count_that_cannot_be_kept_holds_nothing(accepted, monkeypatch):
    monkeypatch.setattr(caps, "MOST_FROM_ONE", 0)
    monkeypatch.setattr(counting, "cache", caches.create_connection("default"))
    monkeypatch.setattr(counting.cache, "count", refuse)
    assert work(accepted(letter())).state == ParcelState.DONE


def refuse(*_args, **_kwargs):
    raise RedisConnectionError("Connection refused.")


@pytest.mark.parametrize(
    ("verb", "state"), [("release", ParcelState.WAITING), ("discard", ParcelState.DISCARDED)]
)
def test_a_flood_is_released_or_deleted_by_one_press(client, admin, flooded, verb, state):
    client.force_login(admin, backend="agents.backends.AgentBackend")
    held = [parcel for parcel in flooded[0] if parcel.held_for]
    assert "3 are held for the same reason." in client.get(reverse("parcel", args=[held[0].pk])).text
    client.post(reverse(f"parcel-{verb}", args=[held[0].pk]), {"alike": ""})
    assert {Parcel.objects.get(pk=parcel.pk).state for parcel in held} == {state}
