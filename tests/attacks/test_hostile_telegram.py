"""Eve writes to the bot, knocks at its door, or has a Bot API of her own at the address that she typed."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from channels_inbox.adapters.telegram.api import Api
from channels_inbox.adapters.telegram.troubles import Trouble
from channels_inbox.models import Parcel
from channels_inbox.secrets import decrypt
from tests.channels_inbox.telegram.conftest import arrive, bot, said
from tests.servers.telegram import DORA, TOKEN
from tickets.models import Message, Ticket

__all__ = ["arrive", "bot", "said"]

EVE = DORA | {"id": 666, "first_name": "<script>alert(1)</script>", "last_name": "\u202egpj.exe"}


@pytest.mark.parametrize(
    "path",
    [
        "../../../etc/passwd",
        "/etc/passwd",
        "a/../../x",
        "",
        None,
        7,
        "https://evil.example/x",
        "x\r\nHost: y",
    ],
)
def test_a_files_address_leads_nowhere_else(telegram, path):
    telegram.do_getFile = lambda said: {"file_path": path}
    with pytest.raises(Trouble) as trouble:
        Api(telegram.url, TOKEN).file("x")
    assert trouble.value.code == "refused"


def test_scripts_in_names_and_words_stay_words(said, client, ann):
    entities = [{"type": "text_link", "offset": 0, "length": 4, "url": "javascript:alert(1)"}]
    said("here <img src=x onerror=alert(1)>", by=EVE, entities=entities)
    client.force_login(ann)
    page = client.get(reverse("ticket", args=[Ticket.objects.get().pk])).content.decode()
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert 'href="javascript:' not in page + Message.objects.get().html


def test_a_message_to_the_door_without_the_secret_is_nobodys(bot, telegram):
    bot.change(None, receives="webhook")
    door = reverse("telegram-hook", args=[bot.hook_token])
    update = json.dumps({"update_id": 1, "message": telegram.message("I am Dora", by=DORA)})
    for headers in (
        {},
        {"X-Telegram-Bot-Api-Secret-Token": bot.hook_secret},
        {"X-Telegram-Bot-Api-Secret-Token": bot.hook_token},
        {"X-Telegram-Bot-Api-Secret-Token": decrypt(bot.hook_secret)[:-1]},
        {"Authorization": decrypt(bot.hook_secret)},
    ):
        assert (
            Client().post(door, update, content_type="application/json", headers=headers).status_code == 403
        )
    assert Client().get(door).status_code == 405
    assert not Parcel.objects.exists()


def test_a_body_too_large_is_not_read_whole(bot, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    bot.change(None, receives="webhook")
    headers = {"X-Telegram-Bot-Api-Secret-Token": decrypt(bot.hook_secret)}
    door = reverse("telegram-hook", args=[bot.hook_token])
    answer = Client().post(door, b" " * 5000, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.content) == (503, b"")
    assert not Parcel.objects.exists()


def test_eve_does_not_change_doras_message(said, telegram, arrive):
    message = said("My order is 41")
    telegram.has(edited_message=message | {"from": EVE, "text": "Send it to Eve", "edit_date": 1})
    arrive()
    dora = Message.objects.order_by("number").first()
    assert (dora.text, dora.earlier) == ("My order is 41", [])
