"""Whose page may ask, as whom, and how often."""

import uuid
from itertools import count, islice

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from channels_inbox.adapters.widget.identity import user_hash
from channels_inbox.adapters.widget.models import Conversation, Visitor
from channels_inbox.adapters.widget.origins import is_allowed, origin_of
from channels_inbox.adapters.widget.saying import NotSaid, Said, say
from customers.models import Customer
from tests.channels_inbox.widget.conftest import EVIL, SHOP, Site
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)
DORA = "dora@customer.example"


def signed(widget, email=DORA) -> dict[str, str]:
    return {"email": email, "user_hash": user_hash(widget.plain_secret, email), "name": "Dora"}


def test_only_the_pages_of_allowed_websites_may_read(site, widget):
    answer = site.get(f"/widget/{widget.key}/settings/")
    assert answer.headers["Access-Control-Allow-Origin"] == SHOP
    assert "Access-Control-Allow-Credentials" not in answer.headers
    refused = Site(widget, EVIL).get(f"/widget/{widget.key}/settings/")
    assert refused.status_code == 403
    assert "Access-Control-Allow-Origin" not in refused.headers


@pytest.mark.parametrize("origin", [EVIL, "null", "", "http://shop.example", "https://shop.example:8443"])
def test_only_they_may_write(widget, origin):
    assert Site(widget, origin).post(f"/widget/{widget.key}/visitors/").status_code == 403
    assert not Visitor.objects.exists()


def test_a_token_does_not_help_another_website(site, widget):
    site.arrive()
    thief = Site(widget, EVIL)
    thief.token = site.token
    assert thief.get("/widget/conversations/").status_code == 403


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("shop.example", "https://shop.example"),
        ("https://Shop.Example/", "https://shop.example"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://shop.example:443", "https://shop.example"),
        ("https://*.shop.example", "https://*.shop.example"),
        ("https://متجر.example", "https://xn--pgbep1f.example"),
    ],
)
def test_origins_have_one_spelling(written, origin):
    assert origin_of(written) == origin


@pytest.mark.parametrize(
    "written", ["", "*", "javascript:alert(1)", "https://a/path", "https://u:p@a.example", "ftp://a"]
)
def test_what_is_no_origin_is_refused(written):
    with pytest.raises(ValueError):
        origin_of(written)


def test_a_star_stands_for_subdomains_only():
    allowed = ["https://*.shop.example"]
    assert is_allowed("https://ar.shop.example", allowed)
    assert not is_allowed("https://evilshop.example", allowed)
    assert not is_allowed("https://shop.example.evil.example", allowed)


def test_a_token_is_stored_as_its_hash_only(site):
    site.arrive()
    visitor = Visitor.objects.get()
    assert site.token not in {str(value) for value in vars(visitor).values()}
    assert Visitor.objects.of_token(site.token) == visitor


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer guessed", "Basic abc", "Bearer \x00"])
def test_without_a_token_nothing_is_told(site, header):
    assert site.get("/widget/conversations/", authorization=header).status_code == 401


def test_whom_the_website_vouches_for_has_his_history_in_each_browser(site, widget, another_browser):
    site.arrive(**signed(widget))
    visitor = Visitor.objects.get()
    line = say(visitor, Said("a", "Where is order 7?"))
    assert line.message.customer.email == DORA
    assert line.message.customer.identities.get().verified_at, "the website vouches for the address"
    other = another_browser(**signed(widget))
    [conversation] = other.get("/widget/conversations/").json()["conversations"]
    assert conversation["id"] == str(line.conversation_id)
    assert [one["text"] for one in other.lines(conversation["id"])] == ["Where is order 7?"]


@pytest.mark.parametrize("given", ["", "0" * 64, "ü", "A" * 10_000])
def test_a_name_without_a_valid_hash_has_no_history_and_merges_with_nobody(
    site, widget, dora, another_browser, given
):
    site.arrive(**signed(widget))
    say(Visitor.objects.get(), Said("a", "Where is order 7?"))
    eve = another_browser(email=DORA, user_hash=given, name="Dora")
    assert eve.get("/widget/conversations/").json() == {"conversations": []}
    line = say(Visitor.objects.of_token(eve.token), Said("b", "It is me, Dora."))
    assert line.message.customer != dora
    assert line.message.customer.email == ""
    assert line.message.customer.identities.get().verified_at is None
    assert Customer.objects.of_identity("email", DORA) == dora


def test_the_hash_of_one_address_is_not_that_of_another(site, widget):
    said = site.arrive(email="eve@evil.example", user_hash=user_hash(widget.plain_secret, DORA))
    assert said["signed"] is False


def test_a_new_secret_ends_the_old_one(site, widget, admin):
    old = signed(widget)
    widget.renew_secret(admin)
    assert site.arrive(**old)["signed"] is False


def test_the_secret_is_encrypted_at_rest(widget):
    widget.refresh_from_db()
    assert widget.plain_secret not in widget.secret


def test_a_blocked_visitor_is_not_heard(chat, site, opened, another_browser):
    bubble, conversation = chat
    conversation.visitor.block(None)
    assert bubble.close_code() == 4403
    again = opened(site, hello=False)
    again.says(hello={"token": site.token})
    assert again.hears("bye")["bye"] == {"reason": "blocked"}
    with pytest.raises(NotSaid):
        say(Visitor.objects.of_token(site.token), Said("b", "Hello?", conversation.pk))
    assert site.get("/widget/conversations/").status_code == 403
    assert conversation.ticket.messages.count() == 1


def test_who_is_blocked_is_so_in_each_browser_that_the_website_vouches_for(site, widget, another_browser):
    site.arrive(**signed(widget))
    Visitor.objects.get().block(None)
    other = another_browser(**signed(widget))
    assert other.get("/widget/conversations/").status_code == 403
    assert another_browser().get("/widget/conversations/").status_code == 200


def test_who_writes_without_a_pause_is_told_to_wait(site, opened):
    site.arrive()
    bubble = opened(site)
    refused: list[dict] = []
    places = count()

    def goes_on() -> list[dict]:
        for place in islice(places, 5):
            conversation = None if place == 0 else "x"
            bubble.says(send={"client_id": f"m{place}", "conversation": conversation, "text": "Spam"})
        refused.extend(bubble.everything(0.2))
        return _too_often(refused)

    until(goes_on)
    assert _too_often(refused)[0]["retry_after"] > 0


def _too_often(frames: list[dict]) -> list[dict]:
    return [frame["refused"] for frame in frames if frame.get("refused", {}).get("reason") == "rate"]


def test_one_address_makes_only_so_many_visitors(widget, site, settings):
    codes = [site.post(f"/widget/{widget.key}/visitors/").status_code for _ in range(125)]
    assert codes[:120] == [201] * 120
    assert set(codes[120:]) == {429}


def test_a_forged_proxy_header_does_not_make_another_address(widget, site):
    for place in range(125):
        answer = site.post(f"/widget/{widget.key}/visitors/", **{"x-forwarded-for": f"10.0.0.{place}"})
    assert answer.status_code == 429


def test_a_file_goes_with_a_message_and_only_by_whom_it_was_uploaded(site, widget, another_browser):
    site.arrive()
    upload = SimpleUploadedFile("mug.txt", b"a mug", content_type="text/plain")
    answer = site.client.post(
        "/widget/files/", {"file": upload}, headers={"authorization": f"Bearer {site.token}"}
    )
    assert answer.status_code == 201
    token = answer.json()["file"]
    eve = another_browser()
    with pytest.raises(NotSaid):
        say(Visitor.objects.of_token(eve.token), Said("a", "Mine", files=(token,)))
    line = say(Visitor.objects.of_token(site.token), Said("a", "", files=(token,)))
    [shown] = site.lines(str(line.conversation_id))[0]["files"]
    assert (shown["name"], shown["size"], shown["inline"]) == ("mug.txt", 5, False)
    file = site.client.get(shown["url"])
    assert b"".join(file.streaming_content) == b"a mug"
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in file.headers["Content-Security-Policy"]


def test_a_file_that_is_too_large_is_refused(site, widget, monkeypatch):
    monkeypatch.setattr("channels_inbox.adapters.widget.files.MOST_BYTES", 3)
    site.arrive()
    upload = SimpleUploadedFile("mug.txt", b"a mug")
    answer = site.client.post(
        "/widget/files/", {"file": upload}, headers={"authorization": f"Bearer {site.token}"}
    )
    assert (answer.status_code, answer.headers["Content-Type"]) == (413, "application/problem+json")


def test_settings_are_kept_by_browsers_for_a_minute(site, widget):
    answer = site.get(f"/widget/{widget.key}/settings/?lang=ar-SA")
    said = answer.json()
    assert (said["language"], said["dir"]) == ("ar", "rtl")
    again = site.get(f"/widget/{widget.key}/settings/?lang=ar-SA", if_none_match=answer.headers["ETag"])
    assert again.status_code == 200 or again.status_code == 304


def test_a_channel_at_rest_answers_nobody(site, widget, admin):
    site.arrive()
    widget.channel.change(admin, is_active=False)
    assert site.get(f"/widget/{widget.key}/settings/").status_code == 404
    assert site.get("/widget/conversations/").status_code == 401


def test_nobody_reads_a_guessed_conversation(site):
    site.arrive()
    assert site.get(f"/widget/conversations/{uuid.uuid4()}/messages/").status_code == 404


def test_questions_come_before_the_first_message(site, widget, admin):
    questions = [
        {"name": "email", "label": "Address", "type": "email", "required": True},
        {"name": "order", "label": "Order number", "type": "text", "required": False},
    ]
    widget.change(admin, questions=questions)
    site.arrive()
    visitor = Visitor.objects.of_token(site.token)
    for answers in ({}, {"email": "not an address"}):
        with pytest.raises(NotSaid):
            say(visitor, Said("a", "Hello", answers=answers))
    say(visitor, Said("a", "Hello", answers={"email": "d@home.example", "order": "7"}))
    assert Conversation.objects.get().answers == [["Order number", "7"]]
    assert Visitor.objects.get().email == "d@home.example"
