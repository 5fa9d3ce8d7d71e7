"""What an administrator sets of a website's chat, and what visitors are told of how soon an answer comes."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils.timezone import now

from channels_inbox.adapters.widget.looks import reply_seconds, settings_of
from channels_inbox.adapters.widget.models import Widget
from channels_inbox.models import Channel
from tickets.models import Ticket


@pytest.fixture
def desk(client, admin):
    client.force_login(admin)
    return client


@pytest.fixture
def said(orders) -> dict:
    return {
        "name": "Shop", "from_name": "The Shop", "team": orders.pk, "is_active": "on",
        "origins": "https://Shop.example/\nhttps://*.shop.example\nhttps://shop.example",
        "accent": "#0a7d4f", "side": "start", "language": "", "greeting": "سلام", "away": "Until tomorrow.",
        "questions": "name*\n  Order   number \n", "idle_minutes": "30",
    }  # fmt: skip


def test_a_chat_is_put_on_a_website(desk, said, orders):
    answer = desk.post(reverse("channel-widget-new"), said)
    widget = Widget.objects.select_related("channel").get()
    assert answer.url == reverse("channel-widget", args=[widget.channel_id])
    channel = widget.channel
    assert (channel.kind, channel.name, channel.from_name, channel.team) == (
        "widget",
        "Shop",
        "The Shop",
        orders,
    )
    assert widget.origins == ["https://shop.example", "https://*.shop.example"]
    assert [(one["name"], one["label"], one["required"]) for one in widget.questions] == [
        ("name", "name", True),
        ("question-2", "Order number", False),
    ]
    assert widget.key in desk.get(answer.url).content.decode()


def test_what_is_saved_is_what_visitors_see(desk, said, widget):
    page = reverse("channel-widget", args=[widget.channel_id])
    assert desk.post(page, said).status_code == 302
    shown = settings_of(Widget.objects.select_related("channel__team").get(), "en")
    assert (shown["name"], shown["side"], shown["greeting"]) == ("The Shop", "start", "سلام")
    assert [one["label"] for one in shown["questions"]] == ["name", "Order number"]
    form = desk.get(page).context["form"]
    assert form["origins"].value() == "https://shop.example\nhttps://*.shop.example"
    assert form["questions"].value() == "name*\nOrder number"


def test_saved_again_as_it_is_shown_nothing_changes(desk, said, widget):
    page = reverse("channel-widget", args=[widget.channel_id])
    desk.post(page, said)
    before = Widget.objects.values().get()
    form = desk.get(page).context["form"]
    again = {name: form[name].value() for name in said}
    assert desk.post(page, again | {"is_active": "on"}).status_code == 302
    assert Widget.objects.values().get() == before


def test_an_inactive_chat_is_shown_nowhere(desk, said, widget, site):
    del said["is_active"]
    desk.post(reverse("channel-widget", args=[widget.channel_id]), said)
    assert site.get(f"/widget/{widget.key}/settings/").status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 81),
        ("team", "999999"),
        ("team", ""),
        ("origins", ""),
        ("origins", "javascript:alert(1)"),
        ("origins", "https://shop.example/path"),
        ("origins", "https://*"),
        ("origins", "\n".join(f"https://{place}.example" for place in range(51))),
        ("accent", "red; background: url(//evil.example)"),
        ("accent", ""),
        ("side", "middle"),
        ("language", "xx"),
        ("greeting", "x" * 2000),
        ("questions", "\n".join(f"Question {place}" for place in range(7))),
        ("idle_minutes", "4"),
        ("idle_minutes", "1441"),
        ("idle_minutes", "soon"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_changes_nothing(desk, said, widget, field, value):
    before = Widget.objects.values().get(), Channel.objects.values().get()
    answer = desk.post(reverse("channel-widget", args=[widget.channel_id]), said | {field: value})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert (Widget.objects.values().get(), Channel.objects.values().get()) == before
    assert desk.post(reverse("channel-widget-new"), said | {field: value}).status_code == 422
    assert Widget.objects.count() == 1


# How soon an answer comes -----------------------------------------------------------------------------------


@pytest.fixture
def answered(widget, dora, ann):
    """A ticket of this long ago that was first answered after so many seconds."""

    def ticket(seconds: int | None, *, days: float = 1, source: str = "chat", team=None) -> Ticket:
        at = now() - timedelta(days=days)
        ticket = Ticket.open(dora, team or widget.channel.team, subject="x", source=source)
        replied = None if seconds is None else at + timedelta(seconds=seconds)
        Ticket.objects.filter(pk=ticket.pk).update(created_at=at, first_replied_at=replied)
        return ticket

    return ticket


def seconds(widget: Widget) -> int | None:
    cache.clear()
    return reply_seconds(widget)


def test_it_is_the_median_of_the_last_seven_days(widget, answered, repairs):
    assert seconds(widget) is None
    for one in (10, 20, 600):
        answered(one)
    assert seconds(widget) == 20
    answered(40, days=6.9)
    assert seconds(widget) == 30
    answered(9000, days=7.1)
    answered(None)
    answered(9000, source="email")
    answered(9000, team=repairs)
    assert seconds(widget) == 30


def test_it_is_told_in_words_and_not_asked_at_each_look(widget, answered, django_assert_num_queries):
    answered(150)
    cache.clear()
    assert settings_of(widget, "en")["reply"] == "We usually reply within 3 minutes"
    with django_assert_num_queries(0):
        assert reply_seconds(widget) == 150
