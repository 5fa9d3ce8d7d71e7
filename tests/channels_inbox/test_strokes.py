"""Administrators hear the bell when a provider lets the desk into a mailbox no more."""

import pytest
from django.utils.html import strip_tags

from agents.models import Notice
from channels_inbox.models import Channel, Consent, Provider, Tokens
from tests.drain import drain
from tickets import bell

pytestmark = pytest.mark.django_db


@pytest.fixture
def consent(orders, admin) -> Consent:
    channel = Channel.objects.create(kind="email", name="Care", team=orders, address="care@shop.example")
    tokens = Tokens(access="a", refresh="r", expires_at=0)
    return Consent.give(channel, Provider.GOOGLE, channel.address, tokens, admin)


def test_they_alone_hear_it_once_and_come_to_where_it_is_given_again(client, consent, admin, ann, bea):
    consent.end()
    consent.end()
    drain()
    (row,) = bell.page(admin).rows
    assert strip_tags(row["says"]).startswith("Care neither gets nor sends mail")
    assert (row["number"], row["subject"]) == (None, "care@shop.example")
    assert not Notice.objects.exclude(agent=admin).exists()

    client.force_login(admin, backend="agents.backends.AgentBackend")
    assert "care@shop.example" in client.get("/bell/").text
    answer = client.get(row["href"])
    assert answer["Location"] == f"/settings/channels/{consent.channel_id}/consent/google/"
    assert not Notice.objects.unread().exists()


def test_what_else_changes_about_a_channel_is_no_news(consent, admin):
    consent.withdraw(admin)
    drain()
    assert not Notice.objects.exists()


def test_what_is_told_of_a_channel_that_is_gone_is_left_out(client, consent, admin):
    consent.end()
    drain()
    notice = Notice.objects.get()
    consent.channel.delete()
    assert bell.page(admin).rows == []
    client.force_login(admin, backend="agents.backends.AgentBackend")
    assert client.get(f"/bell/{notice.pk}/")["Location"] == "/bell/"
