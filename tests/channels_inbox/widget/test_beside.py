"""What agents see of a visitor: through the ticket's door, without anything that a page could run."""

import json
from datetime import timedelta
from time import monotonic
from zoneinfo import ZoneInfo

import pytest
from django.utils.timezone import now

from channels_inbox.adapters.widget.heartbeats import GATHERED
from channels_inbox.adapters.widget.models import Visitor
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)
SIGN_IN = "agents.backends.AgentBackend"


@pytest.fixture
def beside(client, chat, ann):
    _bubble, conversation = chat
    client.force_login(ann, backend=SIGN_IN)

    def fragment() -> str:
        answer = client.get(f"/tickets/{conversation.ticket.pk}/visitor/")
        assert answer.status_code == 200
        return answer.content.decode()

    return fragment


def test_his_page_language_and_time_reach_the_agent(chat, beside):
    bubble, _conversation = chat
    bubble.says(
        page={"address": "https://shop.example/mugs/?colour=blue", "title": "Blue mugs"},
        language="ar",
        zone="Asia/Amman",
    )
    bubble.says(ping=1)
    bubble.hears("pong")
    shown = beside()
    assert 'data-here="true"' in shown
    assert "Blue mugs" in shown
    assert "https://shop.example/mugs/?colour=blue" in shown
    assert "Asia/Amman" in shown
    assert f"{now().astimezone(ZoneInfo('Asia/Amman')):%H:}" in shown
    assert "Arabic" in shown


def test_a_page_that_stays_open_says_so_for_all_pages_at_once(chat, beside):
    bubble, _conversation = chat
    long_ago = now() - timedelta(minutes=5)
    Visitor.objects.update(seen_at=long_ago, left_at=long_ago)
    assert 'data-here="true"' not in beside()
    said_at = monotonic()
    bubble.says(ping=1)
    bubble.hears("pong")
    until(lambda: Visitor.objects.get().is_here)
    assert monotonic() - said_at > GATHERED / 2
    assert 'data-here="true"' in beside()


@pytest.mark.parametrize(
    "page", ["javascript:alert(1)", "data:text/html,x", "JAVASCRIPT:alert(1)", "//evil.example"]
)
def test_an_address_that_would_run_is_no_link(chat, beside, page):
    Visitor.objects.update(page=page, referrer=page)
    assert f'href="{page}"' not in beside()


def test_scripts_in_what_a_browser_tells_are_words(chat, beside):
    Visitor.objects.update(
        page="https://a.example/", page_title="<script>alert(1)</script>", zone="../../etc/passwd"
    )
    shown = beside()
    assert "<script>" not in shown


def test_he_left_and_answers_go_by_mail_or_nowhere(chat, beside, channel):
    Visitor.objects.update(left_at=now())
    assert "no address is known" in beside()
    Visitor.objects.update(email="dora@customer.example")
    assert "unread answers go to <bdi>dora@customer.example</bdi>" in beside()


def test_desks_that_watch_are_told_by_name_only(chat, ann):
    from events import live

    bubble, conversation = chat
    told = []
    real = live.Letter.of

    def listen(groups, name, but=""):
        told.append((list(groups), name))
        return real(groups, name, but)

    live.Letter.of = listen
    try:
        bubble.says(typing=True, conversation=str(conversation.pk))
        bubble.says(page={"address": "https://shop.example/secret", "title": "Obsidian"})
        bubble.says(ping=1)
        bubble.hears("pong")
    finally:
        live.Letter.of = real
    ticket = conversation.ticket.pk
    assert ([f"ticket.{ticket}"], {"visitor": ticket, "typing": True}) in told
    assert ([f"ticket.{ticket}"], {"visitor": ticket, "what": "page"}) in told
    assert "secret" not in json.dumps(told)


def test_an_agent_blocks_and_lets_in_again(chat, beside, client, site):
    _bubble, conversation = chat
    path = f"/tickets/{conversation.ticket.pk}/visitor/blocking/"
    client.post(path)
    assert site.get("/widget/conversations/").status_code == 403
    client.delete(path)
    assert site.get("/widget/conversations/").status_code == 200


def test_a_ticket_of_mail_has_no_visitor(client, ticket, ann):
    client.force_login(ann, backend=SIGN_IN)
    answer = client.get(f"/tickets/{ticket.pk}/visitor/")
    assert "hidden" in answer.content.decode()


def test_a_visitor_has_no_mail_address_to_block(chat, client, ann):
    _bubble, conversation = chat
    client.force_login(ann, backend=SIGN_IN)
    answer = client.post(f"/tickets/{conversation.ticket.pk}/sender/")
    assert answer.status_code == 422
    conversation.ticket.refresh_from_db()
    assert conversation.ticket.spam_at is None
