"""Attack: Eve speaks to the chat with programs of her own, from her own website, and in the names of others."""

import io
import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from websockets.sync.client import connect

from agents.callers import address_in
from channels_inbox.adapters.widget import files, limits
from channels_inbox.adapters.widget.models import Conversation, Line
from channels_inbox.adapters.widget.origins import is_allowed
from tests.channels_inbox.widget.conftest import (
    SHOP,
    Bubble,
    Site,
    another_browser,
    chat,
    no_limits_of_other_tests,
    opened,
    port,
    site,
    widget,
)
from tests.waiting import until
from tickets.models import Attachment, Message

__all__ = ["another_browser", "chat", "no_limits_of_other_tests", "opened", "port", "site", "widget"]

pytestmark = pytest.mark.django_db(transaction=True)

SCRIPT = "<img src=x onerror=alert(1)>"


@pytest.mark.parametrize(
    "origin", ["http://[", "https://[::1", "https://shop.example:x", "https://", "://", "\ud800", "https://shop.example@evil.example",
               "https://shop.example.evil.example", "https://evil.example/https://shop.example", "HTTPS://EVIL.EXAMPLE"]
)  # fmt: skip
def test_an_origin_that_is_none_is_refused_and_breaks_nothing(origin, widget, client):
    assert not is_allowed(origin, [SHOP, "https://*.shop.example"], "desk.example")
    written = origin.encode("utf-8", "replace").decode("latin-1")
    answer = client.post(
        f"/widget/{widget.key}/visitors/", {}, "application/json", headers={"origin": written}
    )
    assert answer.status_code == 403


def test_a_name_of_her_own_that_leads_to_us_makes_no_website_ours(site, port, settings):
    settings.ALLOWED_HOSTS = ["desk.example", "127.0.0.1"]
    assert not is_allowed("https://evil.example", [SHOP], "evil.example")
    assert is_allowed("https://desk.example", [SHOP], "desk.example")
    url = f"ws://127.0.0.1:{port}/ws/widget/{site.widget.key}/"
    with connect(url, origin="http://evil.example", additional_headers={"Host": "evil.example"}) as socket:
        assert Bubble(socket).close_code() == 4403


def test_a_forged_proxy_header_is_no_other_address_for_a_socket(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    said = {address_in(f"10.0.0.{number}, 203.0.113.9", "172.18.0.2") for number in range(9)}
    assert said == {"203.0.113.9"}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    assert address_in("10.0.0.1", "203.0.113.9") == "203.0.113.9"


def test_one_address_holds_no_more_than_its_share_of_sockets_open(site, opened, monkeypatch):
    monkeypatch.setattr(limits, "MOST_OPEN", 2)
    site.arrive()
    first, _second = opened(site), opened(site)
    assert opened(site, hello=False).close_code() == 4429
    first.socket.close()
    until(lambda: sum(limits._open.values()) < 2)
    opened(site)


def upload(site: Site, content: bytes, name: str = "a.txt", **headers: str):
    file = SimpleUploadedFile(name, content)
    return site.client.post(
        "/widget/files/", {"file": file}, headers={"authorization": f"Bearer {site.token}"} | headers
    )


def test_one_file_named_a_hundred_times_is_read_once(chat, site, opened):
    bubble, conversation = chat
    token = upload(site, b"x" * 1000).json()["file"]
    bubble.sends("Look", "named-often", str(conversation.pk), files=[token] * files_at_most())
    assert Attachment.objects.filter(message__line__client_id="named-often").count() == 1


def files_at_most() -> int:
    from channels_inbox.adapters.widget.saying import MOST_FILES

    return MOST_FILES


def test_files_that_are_too_much_together_are_refused_before_they_are_read(chat, site, monkeypatch):
    bubble, conversation = chat
    monkeypatch.setattr(files, "MOST_TOGETHER", 2500)
    tokens = [upload(site, bytes([place]) * 1000).json()["file"] for place in range(3)]
    bubble.says(send={"client_id": "much", "conversation": str(conversation.pk), "text": "", "files": tokens})
    assert bubble.hears("refused")["refused"]["reason"] == "files"
    bubble.sends("Two of them", "less", str(conversation.pk), files=tokens[:2])


def test_what_says_to_be_enormous_is_refused_before_it_is_read(site):
    site.arrive()
    answer = site.client.generic(
        "POST", "/widget/files/", io.BytesIO(b"--x\r\n").read(), "multipart/form-data; boundary=x",
        headers={"authorization": f"Bearer {site.token}"}, CONTENT_LENGTH=str(10**12),
    )  # fmt: skip
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "name", [SCRIPT, "a\u202egpj.exe", "../../etc/passwd", "a\0b.svg", "x.html", "\ud800.png", "." * 300]
)
def test_a_files_name_and_content_are_only_ever_words(chat, site, name):
    bubble, conversation = chat
    content = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/><script>alert(1)</script>"
    answer = upload(site, content, name.encode("utf-8", "replace").decode())
    assert answer.status_code in {200, 201}, answer.content
    bubble.sends("", f"file-{uuid.uuid4()}", str(conversation.pk), files=[answer.json()["file"]])
    shown = site.lines(str(conversation.pk))[-1]["files"][0]
    assert not shown["inline"]
    assert not set(shown["name"]) & {"/", "\u202e", "\0"}
    got = site.client.get(shown["url"])
    assert got.status_code == 200
    assert got["Content-Disposition"].startswith("attachment")
    assert (got["X-Content-Type-Options"], "sandbox" in got["Content-Security-Policy"]) == ("nosniff", True)


def test_scripts_in_a_name_a_title_and_an_answer_are_words_on_the_desk(
    site, opened, widget, admin, ann, client
):
    asked = {"type": "text", "required": False}
    questions = [{"name": "name", "label": "name"} | asked, {"name": "question-2", "label": "Order"} | asked]
    widget.change(admin, questions=questions)
    site.arrive(
        name=SCRIPT,
        page=f"https://shop.example/{SCRIPT}",
        referrer=f"javascript:{SCRIPT}",
        zone=SCRIPT,
        language=SCRIPT,
    )
    bubble = opened(site, page={"address": f"https://shop.example/{SCRIPT}", "title": SCRIPT})
    sent = bubble.sends(SCRIPT, SCRIPT, answers={"name": SCRIPT, "question-2": SCRIPT})
    ticket = Line.objects.get(conversation=sent["conversation"]).message.ticket
    client.force_login(ann)
    for path in (f"/tickets/{ticket.pk}/", f"/tickets/{ticket.pk}/visitor/", "/inbox/"):
        page = client.get(path, follow=True).content.decode()
        assert "<img src=x" not in page
        assert 'href="javascript:' not in page


def test_eve_reads_ends_and_mails_nothing_of_doras(chat, another_browser, opened):
    _bubble, conversation = chat
    eve = another_browser()
    own = f"/widget/conversations/{conversation.pk}"
    assert eve.get(f"{own}/messages/").status_code == 404
    assert eve.post(f"{own}/transcript/", {"email": "eve@evil.example"}).status_code == 404
    page = opened(eve, conversation=str(conversation.pk))
    assert (page.welcome["conversation"], page.welcome["conversations"]) == (None, [])
    for said in (
        {"end": str(conversation.pk)},
        {"seen": 1, "conversation": str(conversation.pk)},
        {"typing": True, "conversation": str(conversation.pk)},
        {"choose": {"conversation": str(conversation.pk), "number": 1, "value": "x"}},
        {"send": {"client_id": "eve", "conversation": str(conversation.pk), "text": "I am Dora"}},
    ):
        page.says(**said)
    page.says(ping=1)
    page.hears("pong")
    conversation.refresh_from_db()
    assert (conversation.ended_at, conversation.seen_number, conversation.last_number) == (None, 0, 1)
    assert Message.objects.filter(text="I am Dora").count() == 0


def test_a_stolen_file_token_is_of_no_use_to_eve(chat, site, another_browser, opened):
    token = upload(site, b"Dora's address").json()["file"]
    eve = another_browser()
    page = opened(eve)
    page.says(send={"client_id": "theft", "conversation": None, "text": "", "files": [token]})
    assert page.hears("refused")["refused"]["reason"] == "files"
    assert Conversation.objects.exclude(thread=None).count() == 1


@pytest.mark.parametrize("name", ["conversation", "text", "files", "answers", "page", "client_id"])
@pytest.mark.parametrize(
    "value", [None, [], {}, 10**400, "\ud800", "\0", True, [[]], {"a": {}}, "x" * 50_000]
)
def test_whatever_stands_in_a_frame_the_socket_goes_on(site, opened, name, value):
    site.arrive()
    bubble = opened(site)
    sent = {"client_id": "first", "conversation": None, "text": "Hello", "files": []} | {name: value}
    bubble.socket.send(json.dumps({"send": sent}))
    bubble.says(ping=1)
    assert bubble.hears("pong")
