"""Connecting a bot: tried before it is kept, in plain words, and its token seen by nobody again."""

import pytest
from django.urls import reverse

from channels_inbox.adapters.telegram.api import Api
from channels_inbox.adapters.telegram.models import Bot
from channels_inbox.adapters.telegram.troubles import Trouble
from channels_inbox.models import Channel
from events.models import Event
from tests.servers.telegram import TOKEN

SECRET = TOKEN.partition(":")[2]


@pytest.fixture
def desk(client, admin):
    client.force_login(admin)
    return client


@pytest.fixture
def said(orders, telegram) -> dict:
    return {
        "name": "Orders", "team": orders.pk, "token": TOKEN, "receives": "polling", "api_url": telegram.url,
        "is_active": "on",
    }  # fmt: skip


def errors(answer) -> str:
    form = answer.context["form"]
    return " ".join(str(one) for found in form.errors.values() for one in found)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://127.0.0.1", "forbidden"),
        ("https://nowhere.invalid", "host"),
        ("https://a:b", "host"),
        ("https://[::", "host"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_from_a_server_that_is_silent(settings, url, code):
    settings.HOSTED = True
    with pytest.raises(Trouble) as raised:
        Api(url, TOKEN).call("getMe")
    assert raised.value.code == code


def test_a_bot_is_connected(desk, said, telegram, orders):
    answer = desk.post(reverse("channel-telegram-new"), said)
    bot = Bot.objects.select_related("channel").get()
    assert answer.url == reverse("channel-telegram", args=[bot.channel_id])
    assert (bot.channel.kind, bot.channel.address, bot.channel.team) == (
        "telegram",
        "@fanoos_shop_bot",
        orders,
    )
    assert (bot.remote_id, bot.api.token) == (telegram.bot["id"], TOKEN)
    assert "deleteWebhook" in [method for method, _said in telegram.calls]


def test_a_greeting_is_kept_and_changed(desk, said, bot):
    page = reverse("channel-telegram", args=[bot.channel_id])
    desk.post(page, said | {"token": "", "greeting": "سلام 👋"})
    assert Bot.objects.get().greeting == "سلام 👋"
    assert "سلام 👋" in desk.get(page).content.decode()
    assert desk.post(page, said | {"token": "", "greeting": "x" * 1001}).status_code == 422


def test_a_test_keeps_nothing(desk, said):
    answer = desk.post(reverse("channel-telegram-new"), said | {"test": "yes"})
    assert "@fanoos_shop_bot" in answer.content.decode()
    assert not Channel.objects.exists()


def test_the_token_is_encrypted_and_never_shown(desk, said, bot):
    page = reverse("channel-telegram", args=[bot.channel_id])
    for answer in (
        desk.get(page),
        desk.post(page, said | {"name": ""}),
        desk.post(page, said | {"test": "yes"}),
    ):
        assert SECRET not in answer.content.decode()
    assert SECRET not in bot.token
    assert all(SECRET not in str(event.payload) for event in Event.objects.all())


def test_saving_without_a_token_keeps_the_stored_one(desk, said, bot):
    desk.post(reverse("channel-telegram", args=[bot.channel_id]), said | {"token": "", "name": "Repairs"})
    bot = Bot.objects.select_related("channel").get()
    assert (bot.channel.name, bot.api.token) == ("Repairs", TOKEN)


def test_the_stored_token_goes_to_no_other_server(desk, said, bot, telegram):
    answer = desk.post(
        reverse("channel-telegram", args=[bot.channel_id]),
        said | {"token": "", "api_url": telegram.url.replace("127.0.0.1", "localhost")},
    )
    assert "type the token for this server" in errors(answer)
    assert telegram.calls == []


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"token": "987654321:" + "x" * 35}, "does not know this token"),
        ({"token": "nonsense"}, "not a bot token"),
        ({"token": "1:" + "a" * 35 + "/../x"}, "not a bot token"),
        ({"token": ""}, "required"),
        ({"api_url": "http://no-such-host.invalid"}, "no server of this name"),
        ({"api_url": "http://127.0.0.1:9"}, "does not answer"),
        ({"api_url": "file:///etc/passwd"}, "not the address"),
        ({"api_url": "http://user:pw@127.0.0.1"}, "not the address"),
        ({"api_url": "https://api.telegram.org/?x="}, "not the address"),
        ({"receives": "webhook"}, "https://"),
        ({"team": ""}, "required"),
    ],
)
def test_what_does_not_work_is_told_in_plain_words(desk, said, wrong, says):
    answer = desk.post(reverse("channel-telegram-new"), said | wrong)
    assert answer.status_code == 422
    assert says in errors(answer)
    assert not Bot.objects.exists()


def test_a_bot_is_connected_once(desk, said, bot):
    assert "connected already" in errors(desk.post(reverse("channel-telegram-new"), said))


def test_a_webhook_is_set_with_its_secret(desk, said, telegram, settings):
    settings.PUBLIC_URL = "https://desk.example"
    desk.post(reverse("channel-telegram-new"), said | {"receives": "webhook"})
    bot = Bot.objects.get()
    assert telegram.webhook["url"] == f"https://desk.example/hooks/telegram/{bot.hook_token}/"
    assert len(telegram.webhook["secret_token"]) > 30
    assert telegram.webhook["secret_token"] not in bot.hook_secret


def test_a_webhook_that_telegram_refuses_is_told(desk, said, telegram, settings):
    settings.PUBLIC_URL = "https://desk.example"
    telegram.verdict = lambda method, said: (
        (400, "Bad Request: bad webhook", {}) if method == "setWebhook" else None
    )
    answer = desk.post(reverse("channel-telegram-new"), said | {"receives": "webhook"}, follow=True)
    assert "Telegram refused it." in answer.content.decode()
    assert Bot.objects.get().trouble == "refused"


def test_a_hosted_desk_reaches_no_host_inside(desk, said, telegram, settings):
    settings.HOSTED = True
    for url in (
        telegram.url,
        telegram.url.replace("http://", "https://"),
        "https://localhost",
        "https://169.254.169.254",
    ):
        answer = desk.post(reverse("channel-telegram-new"), said | {"api_url": url})
        assert answer.status_code == 422
    assert telegram.calls == []


def test_all_channels_stand_on_one_page(desk, bot, orders):
    Channel.objects.create(kind="email", name="Care", team=orders, address="care@shop.example")
    page = desk.get(reverse("channels")).content.decode()
    assert reverse("channel-telegram", args=[bot.channel_id]) in page
    assert reverse("channel-telegram-new") in page
    assert reverse("channel-new") in page


def test_the_page_of_channels_asks_no_more_for_more_of_them(desk, bot, orders, django_assert_max_num_queries):
    for number in range(8):
        Channel.objects.create(kind="telegram", name=f"Bot {number}", team=orders, address=f"@bot{number}")
    with django_assert_max_num_queries(6):
        desk.get(reverse("channels"))


def test_how_it_goes_is_told(desk, bot):
    state = reverse("channel-telegram-state", args=[bot.channel_id])
    assert "Being connected" in desk.get(state).content.decode()
    bot.note_seen()
    assert "fetched as soon as" in desk.get(state).content.decode()
    from channels_inbox.adapters.telegram.troubles import Trouble

    bot.note_trouble(Trouble("conflict"))
    assert "Another program fetches" in desk.get(state).content.decode()
