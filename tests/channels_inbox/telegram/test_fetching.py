"""Messages are fetched by long polling, resumed where it was left off, and brought to the door that knows Telegram."""

import json
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from channels_inbox import keepers
from channels_inbox.adapters.telegram.keeping import Keeper, pause
from channels_inbox.adapters.telegram.models import NUMBERED_ANEW, Bot
from channels_inbox.adapters.telegram.troubles import Trouble
from channels_inbox.models import Parcel
from channels_inbox.secrets import decrypt
from tests.waiting import until


@pytest.fixture
def program(transactional_db, bot, monkeypatch):
    """The program that fetches, in this process."""
    monkeypatch.setattr(Keeper, "wait", 2)
    monkeypatch.setattr(keepers, "LOOK_SECONDS", 0.2)
    monkeypatch.setattr("channels_inbox.adapters.telegram.keeping.pause", lambda trouble, tries: 0.1)
    ended = threading.Event()
    started = []

    def start() -> None:
        thread = threading.Thread(target=keepers.Keepers().run, args=(ended,))
        thread.start()
        started.append(thread)

    yield start
    ended.set()
    for thread in started:
        thread.join(20)


def offsets(telegram) -> list[int | None]:
    return [said.get("offset") for method, said in telegram.calls if method == "getUpdates"]


def test_what_is_written_is_fetched_at_once_and_confirmed_after(program, bot, telegram):
    program()
    assert until(lambda: offsets(telegram))
    before = time.monotonic()
    telegram.writes("Hello?")
    assert until(lambda: Parcel.objects.exists())
    assert time.monotonic() - before < 1.5
    number = Bot.objects.get().last_update
    assert until(lambda: number + 1 in offsets(telegram))
    assert telegram.updates == []


def test_nothing_is_confirmed_that_is_not_committed(program, bot, telegram, monkeypatch):
    accept = Parcel.accept
    failing = [True]

    def unable(*args):
        if failing:
            raise OSError("disk full")
        return accept(*args)

    monkeypatch.setattr(Parcel, "accept", unable)
    telegram.writes("Hello?")
    program()
    assert until(lambda: len(offsets(telegram)) > 2)
    assert set(offsets(telegram)) == {None}
    assert Bot.objects.get().last_update is None
    failing.clear()
    assert until(lambda: Parcel.objects.count() == 1)


def test_it_goes_on_where_another_left_off(program, bot, telegram):
    first = telegram.writes("One") and telegram.updates[-1]["update_id"]
    Bot.objects.update(last_update=first, taken_at=now())
    telegram.writes("Two")
    program()
    assert until(lambda: Parcel.objects.exists())
    assert offsets(telegram)[0] == first + 1
    assert [json.loads(bytes(one.raw))["message"]["text"] for one in Parcel.objects.all()] == ["Two"]


def test_a_bot_is_one_programs_at_a_time(program, bot, telegram):
    program(), program()
    telegram.writes("Once")
    assert until(lambda: Parcel.objects.exists())
    time.sleep(0.5)
    assert Parcel.objects.count() == 1
    assert Bot.objects.get().trouble == ""


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((409, "Conflict: terminated by other getUpdates request", {}), "conflict"),
        ((409, "Conflict: can't use getUpdates method while webhook is active", {}), "webhook"),
        ((401, "Unauthorized", {}), "token"),
        ((429, "Too Many Requests", {"retry_after": 1}), "busy"),
        ((502, "Bad Gateway", {}), "silent"),
    ],
)
def test_trouble_is_told_and_ends_by_itself(program, bot, telegram, answer, code):
    telegram.verdict = lambda method, said: answer
    program()
    assert until(lambda: Bot.objects.get().trouble == code)
    telegram.verdict = lambda method, said: None
    assert until(lambda: Bot.objects.get().trouble == "" and Bot.objects.get().seen_at)


def test_pauses_grow_and_end():
    assert pause(Trouble("silent"), 0) < 2
    assert pause(Trouble("silent"), 50) <= 75
    assert pause(Trouble("token"), 50) > 200


def test_after_a_quiet_week_numbers_begin_anew(bot, telegram):
    Bot.objects.update(last_update=10**9, taken_at=now() - NUMBERED_ANEW - timedelta(hours=1))
    bot.refresh_from_db()
    assert bot.next_update is None
    assert bot.take({"update_id": 5, "message": telegram.message("Hello")})
    bot.refresh_from_db()
    assert bot.next_update == 6


def test_what_was_taken_is_not_taken_twice(bot, telegram):
    update = {"update_id": 5, "message": telegram.message("Hello")}
    assert bot.take(update)
    assert bot.take(update) is None


def test_two_that_take_the_same_take_it_once(bot, telegram):
    other = Bot.objects.get()
    update = {"update_id": 5, "message": telegram.message("Hello")}
    assert bot.take(update)
    with pytest.raises(Trouble, match="conflict"):
        other.take(update)
    assert Parcel.objects.count() == 1


# Brought ---------------------------------------------------------------------------------------------------


@pytest.fixture
def door(bot) -> str:
    bot.change(None, receives="webhook")
    return reverse("telegram-hook", args=[bot.hook_token])


@pytest.fixture
def knock(door, bot, telegram):
    def knock(body: bytes | None = None, secret: str | None = None) -> int:
        body = (
            json.dumps({"update_id": 1, "message": telegram.message("Hello")}).encode()
            if body is None
            else body
        )
        headers = {"X-Telegram-Bot-Api-Secret-Token": decrypt(bot.hook_secret) if secret is None else secret}
        client = Client(raise_request_exception=False)
        answer = client.post(door, body, content_type="application/json", headers=headers)
        assert answer.content == b""
        return answer.status_code

    return knock


def test_the_update_is_kept_before_the_door_says_yes(knock):
    assert knock() == 200
    assert json.loads(bytes(Parcel.objects.get().raw))["message"]["text"] == "Hello"
    assert Parcel.objects.get().meta["from"] == "telegram:5551"


@pytest.mark.parametrize("secret", ["", "guess", "é", "a" * 10_000])
def test_who_does_not_know_the_secret_is_refused(knock, secret):
    assert knock(secret=secret) == 403
    assert not Parcel.objects.exists()


def test_a_body_of_any_shape_is_kept(knock):
    for body in (b"{", b"[" * 50_000, b"\xff", b"null"):
        assert knock(body) == 200
    assert Parcel.objects.count() == 4


def test_a_failure_says_later_without_a_word_why(knock, monkeypatch):
    def unable(*args):
        raise OSError("disk full: /var/lib/postgresql")

    monkeypatch.setattr(Parcel, "accept", unable)
    assert knock() == 503


@pytest.mark.parametrize("change", [{"receives": "polling"}, {"is_active": False}])
def test_a_door_that_is_not_in_use_is_not_there(door, bot, change):
    bot.channel.change(None, **change) if "is_active" in change else bot.change(None, **change)
    assert Client().post(door, b"{}", content_type="application/json").status_code == 404


def test_telegram_brings_it_and_comes_again_after_a_failure(
    live_server, settings, bot, telegram, monkeypatch
):
    settings.PUBLIC_URL = live_server.url
    bot.change(None, receives="webhook")
    bot.settle()
    assert telegram.webhook["url"].endswith(f"/hooks/telegram/{bot.hook_token}/")
    assert telegram.webhook["allowed_updates"] == ["message", "edited_message", "callback_query"]
    accept, tries = Parcel.accept, []

    def second(*args):
        tries.append(1)
        if len(tries) == 1:
            raise OSError
        return accept(*args)

    monkeypatch.setattr(Parcel, "accept", second)
    telegram.writes("Hello")
    assert telegram.answered == [503, 200]
    assert Parcel.objects.count() == 1
    bot.change(None, receives="polling")
    bot.settle()
    assert telegram.webhook == {}
    connection.close()
