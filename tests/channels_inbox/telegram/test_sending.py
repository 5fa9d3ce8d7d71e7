"""What leaves for Telegram arrives once, with its files and buttons; or it fails where agents see it."""

import pytest
from django.utils.timezone import now

from channels_inbox.adapters.telegram import outgoing, tasks
from channels_inbox.adapters.telegram.models import Piece
from channels_inbox.models import Envelope, EnvelopeState, Parcel
from tests.channels_inbox.test_intake import PNG
from tests.drain import drain
from tests.servers.telegram import DORA
from tickets.models import Attachment, Blob, Delivery, Message, Ticket
from tickets.uploads import clean_name

CHOICES = [
    {"value": f"rate:{n}", "label": f"{n} of 5", "mark": mark} for n, mark in enumerate("😞🙁😐🙂😀", 1)
]


@pytest.fixture
def ticket(said) -> Ticket:
    said("My grinder does not turn")
    return Ticket.objects.get()


@pytest.fixture
def reply(ticket, ann):
    def reply(text: str = "A new one leaves today.", *files: tuple[bytes, str, str]) -> Message:
        attached = [Attachment(blob=Blob.of(c), name=clean_name(n), content_type=t) for c, n, t in files]
        message = ticket.reply(ann, text=text, attachments=attached)
        drain()
        message.refresh_from_db()
        return message

    return reply


def again(message: Message) -> None:
    Envelope.objects.update(next_try_at=now())
    drain()
    message.refresh_from_db()


def test_a_reply_arrives_at_once(reply, telegram):
    message = reply()
    assert [one["text"] for one in telegram.sent()] == ["A new one leaves today."]
    assert message.delivery == Delivery.SENT


def test_a_conversation_of_agents_and_customer_has_no_cap(reply, telegram):
    for number in range(12):
        reply(f"Line {number}")
    assert len(telegram.sent()) == 12


def test_addresses_of_mail_play_no_part(ticket, ann, telegram):
    ticket.customer.add_identity("email", "dora@customer.example")
    message = ticket.reply(ann, text="Hello", to=["dora@customer.example"], cc=["eve@evil.example"])
    drain()
    assert [one["text"] for one in telegram.sent()] == ["Hello"]
    assert [one.address for one in Envelope.objects.get(message=message).recipients.all()] == [
        "telegram:5551"
    ]


def test_a_long_reply_is_cut_between_words(reply, telegram):
    text = " ".join(f"word{n}" for n in range(1400))
    reply(text)
    assert len(telegram.sent()) == 3
    assert " ".join(one["text"] for one in telegram.sent()) == text


def test_lengths_count_as_telegram_counts_them():
    found = list(outgoing.pieces("😀" * 5000))
    assert "".join(found) == "😀" * 5000
    assert max(len(one.encode("utf-16-le")) // 2 for one in found) <= 4096


def test_one_file_carries_the_words(reply, telegram):
    reply("Your bill", (b"%PDF-1.4", "bill.pdf", "application/pdf"))
    (sent,) = telegram.sent()
    assert (sent["caption"], sent["document"]["file_name"]) == ("Your bill", "bill.pdf")


def test_words_too_long_for_a_caption_go_before_the_file(reply, telegram):
    reply("word " * 300, (PNG, "lid.png", "image/png"))
    text, photo = telegram.sent()
    assert (text["text"].startswith("word"), "photo" in photo, "caption" in photo) == (True, True, False)


def test_several_files_follow_the_words(reply, telegram):
    reply("See", (PNG, "a.png", "image/png"), (b"text", "b.txt", "text/plain"))
    assert [sorted({"text", "photo", "document"} & one.keys()) for one in telegram.sent()] == [
        ["text"], ["photo"], ["document"],
    ]  # fmt: skip


def test_a_picture_that_telegram_cannot_show_goes_as_a_file(reply, telegram):
    message = reply("", (b"no picture", "broken.png", "image/png"))
    assert "document" in telegram.sent()[0]
    assert message.delivery == Delivery.SENT


# Refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "description", "says"),
    [
        (403, "Forbidden: bot was blocked by the user", "blocked our bot"),
        (403, "Forbidden: user is deactivated", "account was deleted"),
        (400, "Bad Request: chat not found", "no such chat"),
        (413, "Request Entity Too Large", "too large"),
    ],
)
def test_a_refusal_is_told_to_agents_in_plain_words(reply, telegram, code, description, says):
    telegram.verdict = lambda method, said: (code, description, {})
    message = reply()
    assert message.delivery == Delivery.FAILED
    assert says in " ".join(message.undelivered.values())


def test_who_blocked_the_bot_and_lets_it_in_again_gets_it_by_retry(reply, telegram):
    from channels_inbox.delivery import retry

    telegram.verdict = lambda method, said: (403, "Forbidden: bot was blocked by the user", {})
    message = reply()
    telegram.verdict = lambda method, said: None
    assert retry(message)
    drain()
    message.refresh_from_db()
    assert (message.delivery, len(telegram.sent())) == (Delivery.SENT, 1)


def test_too_many_requests_wait_as_long_as_is_asked(reply, telegram):
    telegram.verdict = lambda method, said: (429, "Too Many Requests: retry after 75", {"retry_after": 75})
    message = reply()
    envelope = Envelope.objects.outgoing().get()
    assert message.delivery == Delivery.QUEUED
    assert (envelope.next_try_at - now()).total_seconds() > 70
    telegram.verdict = lambda method, said: None
    again(message)
    assert message.delivery == Delivery.SENT


def test_what_arrived_before_a_failure_is_not_sent_again(reply, telegram):
    calls = []

    def fail_at_second(method, said):
        calls.append(method)
        return (502, "Bad Gateway", {}) if len(calls) == 2 else None

    telegram.verdict = fail_at_second
    message = reply("word " * 1500)
    assert (message.delivery, len(telegram.sent())) == (Delivery.QUEUED, 1)
    again(message)
    assert (message.delivery, len(telegram.sent())) == (Delivery.SENT, 2)
    assert Piece.objects.count() == 2


def test_a_token_that_was_revoked_is_told_to_the_administrator(reply, telegram, bot):
    telegram.token = "1:other"
    message = reply()
    bot.refresh_from_db()
    assert (message.delivery, bot.trouble) == (Delivery.QUEUED, "token")


def test_the_token_stands_in_no_log_and_no_table(reply, telegram, bot, caplog, capfd):
    import logging

    from django.db import connection

    caplog.set_level(logging.DEBUG, logger="channels_inbox")
    telegram.verdict = lambda method, said: (502, "Bad Gateway", {})
    reply()
    secret = telegram.token.partition(":")[2]
    assert secret not in caplog.text + "".join(capfd.readouterr())
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM telegram_bot t WHERE t::text LIKE %s", [f"%{secret}%"])
        assert cursor.fetchone() == (0,)


# Buttons ---------------------------------------------------------------------------------------------------


@pytest.fixture
def question(ticket, telegram) -> dict:
    """Asked, with buttons, and standing in Dora's chat."""
    ticket.notify(text="How did we do?", purpose="test", choices=CHOICES)
    drain()
    return telegram.sent()[-1]


@pytest.fixture
def press(question, telegram, arrive, monkeypatch):
    """Dora presses a button, and it is worked on, the answer to her included."""
    pressed = []
    monkeypatch.setattr(
        "channels_inbox.adapters.telegram.adapter.enqueue", lambda task, *said: pressed.append(said)
    )

    def press(value: str, by: dict = DORA, message: dict = question) -> None:
        telegram.presses(message, value, by=by)
        arrive()
        while pressed:
            tasks.answer_press(*pressed.pop())

    return press


def words(message: dict) -> list[str]:
    return [one["text"] for row in message["reply_markup"]["inline_keyboard"] for one in row]


def test_choices_are_buttons_in_a_row(question):
    (row,) = question["reply_markup"]["inline_keyboard"]
    assert [one["text"] for one in row] == list("😞🙁😐🙂😀")
    assert [one["callback_data"] for one in row] == [f"rate:{n}" for n in range(1, 6)]


def asked(ticket: Ticket) -> Message:
    return ticket.messages.get(purpose="test")


@pytest.fixture
def survey(ticket):
    """What the question is about, so that an answer is taken."""
    from csat.models import Survey

    return Survey.objects.create(ticket=ticket, asked_at=now())


def test_a_pressed_button_is_chosen_and_shown(press, question, ticket, survey, telegram):
    press("rate:4")
    assert asked(ticket).chosen == "rate:4"
    assert words(question) == ["😞", "🙁", "😐", "✓ 🙂", "😀"]
    assert [said.get("text") for method, said in telegram.calls if method == "answerCallbackQuery"] == [None]
    ticket.refresh_from_db()
    assert ticket.rating == 4


def test_another_choice_takes_its_place(press, question, ticket, survey):
    press("rate:4")
    press("rate:1")
    assert asked(ticket).chosen == "rate:1"
    assert words(question) == ["✓ 😞", "🙁", "😐", "🙂", "😀"]


def test_the_same_press_again_is_answered_all_the_same(press, question, ticket, survey, telegram):
    press("rate:4")
    press("rate:4")
    answers = [said for method, said in telegram.calls if method == "answerCallbackQuery"]
    assert [said.get("text") for said in answers] == [None, None]


def test_a_button_that_is_pressed_before_we_know_its_number_waits(press, question, ticket, survey, telegram):
    """Telegram shows a message before its answer has reached us."""
    envelope = asked(ticket).envelopes.get()
    ours = Envelope.objects.filter(pk=envelope.pk)
    ours.update(provider_id="", state=EnvelopeState.SENDING, claimed_at=now())
    press("rate:4")
    assert asked(ticket).chosen == ""
    assert "answerCallbackQuery" not in [method for method, _said in telegram.calls]
    ours.update(provider_id=envelope.provider_id, state=EnvelopeState.DONE, claimed_at=None)
    Parcel.objects.update(next_try_at=now())
    drain()
    assert asked(ticket).chosen == "rate:4"


@pytest.mark.parametrize("value", ["rate:9", "", "x" * 64, "solve:1"])
def test_what_was_not_offered_is_not_chosen(press, question, ticket, survey, telegram, value):
    press(value)
    assert asked(ticket).chosen == ""
    assert telegram.calls[-1][1]["text"] == "This can no longer be chosen."


def test_eve_cannot_press_doras_button(press, question, ticket, survey):
    press("rate:1", by=DORA | {"id": 666, "first_name": "Eve"})
    assert asked(ticket).chosen == ""


def test_a_press_below_a_message_of_somebody_else_is_nothing(press, question, ticket, survey):
    press("rate:1", message=question | {"message_id": 999})
    assert asked(ticket).chosen == ""


# Taken back ------------------------------------------------------------------------------------------------


def test_what_is_erased_here_goes_from_the_chat_too(reply, telegram, admin):
    message = reply("word " * 1500)
    message.redact(admin)
    tasks.take_back(message.pk)
    assert telegram.sent() == []


@pytest.mark.parametrize(
    ("public", "on_button"), [("https://desk.example", True), ("http://127.0.0.1:8000", False)]
)
def test_a_choice_that_opens_a_page_is_a_button_only_where_telegram_takes_it(
    ticket, telegram, settings, survey, public, on_button
):
    settings.PUBLIC_URL = public
    more = {"value": "rate:3", "label": "Say more", "opens": True}
    ticket.notify(text="How did we do?", purpose="test", choices=[*CHOICES, more])
    drain()
    asked = telegram.sent()[-1]
    shown = [one for row in asked["reply_markup"]["inline_keyboard"] for one in row]
    assert [one["url"].startswith(public) for one in shown if "url" in one] == [True] * on_button
    assert ("Say more: http" in asked["text"]) is not on_button
