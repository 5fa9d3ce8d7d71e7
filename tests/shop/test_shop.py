"""The pretend shop: in three languages, with the chat by its one line, and nowhere in production."""

import pytest
from django.urls import reverse

from channels_inbox.adapters.widget.models import Widget


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl"), ("fa", "rtl")])
def test_it_speaks_the_language_that_is_asked_for(client, db, language, direction):
    page = client.get(reverse("demo-shop"), {"lang": language}).content.decode()
    assert f'<html lang="{language}" dir="{direction}">' in page


def test_the_newest_chat_stands_on_it_by_one_line(client, orders, admin):
    Widget.connect(admin, name="Old", team=orders)
    widget = Widget.connect(admin, name="New", team=orders)
    page = client.get(reverse("demo-shop")).content.decode()
    assert f'<script async src="/widget.js" data-key="{widget.key}"></script>' in page


def test_without_a_chat_it_says_where_to_connect_one(client, db):
    page = client.get(reverse("demo-shop")).content.decode()
    assert reverse("channel-widget-new") in page
    assert "<script" not in page


def test_a_language_that_there_is_not_is_no_error(client, db):
    assert client.get(reverse("demo-shop"), {"lang": "<script>"}).status_code == 200


def test_it_asks_the_database_once(client, orders, admin, django_assert_num_queries):
    Widget.connect(admin, name="Chat", team=orders)
    with django_assert_num_queries(1):
        client.get(reverse("demo-shop"))
