"""A channel with a bot, and what people write to it."""

from collections.abc import Callable

import pytest

from channels_inbox.adapters.telegram import adapter as telegram_adapter
from channels_inbox.adapters.telegram.models import Bot
from channels_inbox.models import Channel, Parcel
from tests.drain import drain
from tests.servers.telegram import TOKEN, Telegram


@pytest.fixture
def bot(orders, telegram) -> Bot:
    """Our bot, whose messages are fetched."""
    channel = Channel.objects.create(kind="telegram", name="Shop", team=orders, address="@fanoos_shop_bot")
    bot = Bot(channel=channel)
    bot.change(None, token=TOKEN, api_url=telegram.url, remote_id=telegram.bot["id"], receives="polling")
    return bot


@pytest.fixture
def arrive(bot, telegram, monkeypatch) -> Callable[[], None]:
    """Everything that was written is fetched, and worked on."""
    monkeypatch.setattr(telegram_adapter, "SETTLED", telegram_adapter.SETTLED * 0)

    def arrive() -> None:
        bot.refresh_from_db()
        for update in bot.api.call("getUpdates", offset=bot.next_update):
            bot.take(update)
        while Parcel.objects.waiting().exists():
            before = list(Parcel.objects.waiting().values_list("attempts"))
            Parcel.objects.waiting().filter(attempts=0).update(next_try_at="2026-01-01T00:00Z")
            drain()
            if list(Parcel.objects.waiting().values_list("attempts")) == before:
                break

    return arrive


@pytest.fixture
def said(arrive, telegram: Telegram) -> Callable[..., dict]:
    """Dora writes to the bot, and it is worked on. Returns Telegram's Message."""

    def said(text: str = "", **parts) -> dict:
        message = telegram.writes(text, **parts)
        arrive()
        return message

    return said
