"""Writing at the desk: replies that can be taken back, notes, drafts, files and new tickets."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from customers.models import Customer
from text.folding import folded
from tickets.models import Attachment, Delivery, Draft, Status, Ticket

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes.fromhex(
    "0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000000020001e221bc330000000049454e44ae426082"
)


@pytest.fixture
def as_ann(client, ann):
    client.force_login(ann, backend="agents.backends.AgentBackend")
    return client


@pytest.fixture
def held(dora, orders):
    """A ticket of a channel that lets replies be taken back for ten seconds."""
    ticket = Ticket.open(dora, orders, subject="Cracked lid", source="email", hold=timedelta(seconds=10))
    ticket.receive(dora, text="Hello?")
    return ticket


def upload(client, ticket, name="photo.png", data=PNG, kind="reply", content_type="image/png"):
    address = f"{reverse('ticket-attachments', args=[ticket.pk])}?kind={kind}"
    return client.post(address, {"file": SimpleUploadedFile(name, data, content_type)})


def test_a_reply_is_held_and_taken_back_into_the_composer(as_ann, held):
    answer = as_ann.post(
        reverse("ticket-replies", args=[held.pk]), {"text": "A new one leaves today."}, headers=HTMX
    )
    message = held.messages.get(kind="reply")
    assert message.delivery == Delivery.HELD
    assert reverse("reply", args=[held.pk, message.pk]) in answer.text
    answer = as_ann.delete(reverse("reply", args=[held.pk, message.pk]), headers=HTMX)
    assert "A new one leaves today." in answer.text
    message.refresh_from_db()
    assert message.delivery == Delivery.WITHDRAWN


def test_what_is_sent_already_stays_sent(as_ann, held):
    as_ann.post(reverse("ticket-replies", args=[held.pk]), {"text": "Too late."}, headers=HTMX)
    message = held.messages.get(kind="reply")
    message.release(early=True)
    answer = as_ann.delete(reverse("reply", args=[held.pk, message.pk]), headers=HTMX)
    assert answer.status_code == 422
    assert "sent already" in answer.text


def test_only_the_writer_takes_a_reply_back(as_ann, bea, held):
    message = held.reply(bea, text="Bea’s own words")
    assert as_ann.delete(reverse("reply", args=[held.pk, message.pk]), headers=HTMX).status_code == 404


def test_send_and_solve(as_ann, ticket):
    as_ann.post(
        reverse("ticket-replies", args=[ticket.pk]), {"text": "Done.", "then": "solved"}, headers=HTMX
    )
    ticket.refresh_from_db()
    assert ticket.status == Status.SOLVED


def test_an_empty_reply_is_refused_and_a_bad_copy_keeps_the_words(as_ann, ticket):
    address = reverse("ticket-replies", args=[ticket.pk])
    assert as_ann.post(address, {"text": "  "}, headers=HTMX).status_code == 422
    answer = as_ann.post(address, {"text": "Long words", "cc": "nonsense"}, headers=HTMX)
    assert answer.status_code == 422
    assert "Long words" in answer.text
    assert "not a mail address" in answer.text
    assert not ticket.messages.filter(kind="reply").exists()


def test_copies_go_with_the_message(as_ann, ticket):
    data = {"text": "Hello", "cc": "one@customer.example, two@customer.example"}
    as_ann.post(reverse("ticket-replies", args=[ticket.pk]), data, headers=HTMX)
    assert ticket.messages.get(kind="reply").cc == ["one@customer.example", "two@customer.example"]


def test_a_colleagues_reply_meanwhile_is_told_but_blocks_nothing(as_ann, bea, ticket):
    seen = ticket.sequence
    ticket.reply(bea, text="I was quicker.")
    data = {"text": "Me too.", "seen_number": seen}
    answer = as_ann.post(reverse("ticket-replies", args=[ticket.pk]), data, headers=HTMX)
    assert "Bea" in answer.text.split("data-toast")[1]
    assert ticket.messages.filter(kind="reply").count() == 2


def test_notes_stay_among_colleagues(as_ann, ticket):
    as_ann.post(reverse("ticket-notes", args=[ticket.pk]), {"text": "She is a regular."}, headers=HTMX)
    assert not ticket.messages.get(kind="note").is_public


def test_drafts_are_kept_and_come_back_with_the_page(as_ann, ann, ticket):
    address = reverse("ticket-draft", args=[ticket.pk, "reply"])
    body = urlencode({"text": "سلام، half a sentence"})
    assert as_ann.put(address, body, content_type="application/x-www-form-urlencoded").status_code == 204
    assert Draft.objects.get(agent=ann).text == "سلام، half a sentence"
    assert "سلام، half a sentence" in as_ann.get(reverse("ticket", args=[ticket.pk])).text


def test_a_draft_is_its_writers_alone(as_ann, bea, ticket):
    Draft.keep(ticket, bea, "reply", "Bea’s unfinished words")
    assert "unfinished" not in as_ann.get(reverse("ticket", args=[ticket.pk])).text


def test_uploads_go_with_the_reply(as_ann, ticket):
    assert upload(as_ann, ticket).status_code == 201
    as_ann.post(reverse("ticket-replies", args=[ticket.pk]), {"text": "See photo."}, headers=HTMX)
    assert [file.name for file in ticket.messages.get(kind="reply").attachments.all()] == ["photo.png"]


def test_an_upload_can_be_removed_by_its_agent_only(as_ann, client, bea, ticket):
    upload(as_ann, ticket)
    address = reverse("ticket-attachment", args=[ticket.pk, Attachment.objects.get().token])
    client.force_login(bea, backend="agents.backends.AgentBackend")
    assert client.delete(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "data", "content_type", "shown"),
    [
        ("photo.png", PNG, "image/png", True),
        ("page.html", b"<script>alert(1)</script>", "text/html", False),
        ("drawing.svg", b"<svg onload='alert(1)'/>", "image/svg+xml", False),
        ("lie.png", b"<script>alert(1)</script>", "image/png", False),
    ],
)
def test_only_what_cannot_act_is_shown_in_the_page(as_ann, ticket, name, data, content_type, shown):
    upload(as_ann, ticket, name, data, content_type=content_type)
    file = Attachment.objects.get()
    answer = as_ann.get(reverse("file", args=[file.token, file.name]))
    assert answer["Content-Disposition"].startswith("inline" if shown else "attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert b"".join(answer.streaming_content) == data


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a\u202egnp.exe", "..hidden", "C:\\temp\\x.png", "new\nline.txt"]
)
def test_names_of_files_are_cleaned(as_ann, ticket, name):
    from tickets.uploads import clean_name

    cleaned = clean_name(name)
    assert not set(cleaned) & {"/", "\\", "\n", "\u202e"}
    assert not cleaned.startswith(".")


def test_carl_and_nobody_get_no_file(client, carl, ticket, ann):
    client.force_login(ann, backend="agents.backends.AgentBackend")
    upload(client, ticket)
    file = Attachment.objects.get()
    client.logout()
    address = reverse("file", args=[file.token, file.name])
    assert client.get(address).status_code == 302
    client.force_login(carl, backend="agents.backends.AgentBackend")
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("html", "text", "framed"),
    [
        ('<p><a href="https://shop.example/a?b=1&amp;c=2">here</a></p>', "here", True),
        ('<p><a href="https://shop.example/a?b=1&amp;c=2">here</a></p>', "here https://shop.example/a?b=1&c=2", False),
        ('<p><a href="http://www.shop.example/">www.shop.example</a></p>', "www.shop.example", False),
        ("<p>Click here</p>", "Click here", False),
    ],
)  # fmt: skip
def test_a_letter_whose_words_do_not_say_where_a_link_leads_is_shown_as_it_was_made(
    as_ann, dora, ticket, html, text, framed
):
    ticket.receive(dora, text=text, html=html)
    assert ("data-frame" in as_ann.get(reverse("ticket", args=[ticket.pk])).text) == framed


def test_the_letter_as_it_was_sent_offers_its_images(as_ann, dora, ticket):
    html = folded(
        '<p>Look.</p><div class="gmail_quote"><p>Before</p><img src="https://far.example/a.png"></div>'
    )
    ticket.receive(dora, text="Look.", html=html)
    page = as_ann.get(reverse("ticket", args=[ticket.pk])).text
    assert "data-original" in page
    assert "?images=1" in page


def test_letters_are_framed_under_their_own_policy(as_ann, dora, ticket):
    html = '<table><tr><td><img src="https://tracker.example/p.gif">Hi</td></tr></table>'
    message = ticket.receive(dora, text="Hi", html=html)
    page = as_ann.get(reverse("message-body", args=[message.pk]))
    assert page["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'self'"
    )
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert "tracker.example" not in page.text
    page = as_ann.get(reverse("message-body", args=[message.pk]), {"images": "1"})
    assert "tracker.example" in page.text
    thread = as_ann.get(reverse("ticket", args=[ticket.pk])).text
    assert 'sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"' in thread
    assert "Show images" in thread


def test_a_new_mail_to_a_new_customer(as_ann, ann, orders):
    data = {"kind": "mail", "address": "new@customer.example", "name": "Nell", "team": orders.pk}
    answer = as_ann.post(reverse("new-ticket"), data | {"subject": "Your kettle", "text": "It is ready."})
    ticket = Ticket.objects.get()
    assert answer.url == reverse("ticket", args=[ticket.pk])
    assert (ticket.assignee, ticket.source, ticket.customer.name) == (ann, "email", "Nell")
    assert ticket.messages.get().delivery == Delivery.HELD


def test_a_call_is_written_down_and_nothing_is_sent(as_ann, orders):
    data = {"kind": "call", "address": "+971 50 555 0144", "team": orders.pk}
    as_ann.post(reverse("new-ticket"), data | {"subject": "Called about a lid", "text": "Wants a new lid."})
    ticket = Ticket.objects.get()
    assert ticket.source == "phone"
    assert ticket.messages.get().delivery == Delivery.NONE
    assert Customer.objects.of_identity("phone", "+971505550144") == ticket.customer


def test_a_new_ticket_goes_only_to_ones_own_teams(as_ann, repairs):
    data = {
        "kind": "mail",
        "address": "new@customer.example",
        "team": repairs.pk,
        "subject": "x",
        "text": "y",
    }
    assert as_ann.post(reverse("new-ticket"), data).status_code == 422
    assert not Ticket.objects.exists()


def test_mistakes_are_told_beside_the_fields_and_nothing_is_lost(as_ann, orders):
    data = {"kind": "mail", "address": "nobody", "team": orders.pk, "subject": "", "text": "Many words"}
    page = as_ann.post(reverse("new-ticket"), data)
    assert page.status_code == 422
    assert "Many words" in page.text
    assert "not a mail address" in page.text


# The same form again ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["ticket-replies", "ticket-notes"])
def test_a_form_that_is_sent_again_since_its_answer_was_lost_writes_once(as_ann, ticket, what):
    form = {"text": "A new one leaves today.", "once": "a1b2"}
    for _again in range(2):
        assert as_ann.post(reverse(what, args=[ticket.pk]), form, headers=HTMX).status_code == 200
    assert ticket.messages.exclude(kind="customer").count() == 1
    as_ann.post(reverse(what, args=[ticket.pk]), form | {"text": "After going back."}, headers=HTMX)
    assert ticket.messages.exclude(kind="customer").count() == 2


def test_each_composer_is_another_form(as_ann, ticket):
    pages = [as_ann.get(reverse("ticket", args=[ticket.pk])).text for _page in range(2)]
    first, second = (re.findall(r'name="once" value="([^"]+)"', page) for page in pages)
    assert len({*first, *second}) == 4


def test_a_draft_that_comes_after_its_reply_was_sent_is_late(as_ann, ticket):
    words = {"text": "A new one leaves today.", "once": "a1b2"}
    as_ann.post(reverse("ticket-replies", args=[ticket.pk]), words, headers=HTMX)
    as_ann.put(reverse("ticket-draft", args=[ticket.pk, "reply"]), urlencode(words))
    assert not Draft.objects.exists()


# Whom it is for --------------------------------------------------------------------------------------------

WHOM = {"to": "dora@work.example", "cc": "eve@elsewhere.example"}


def test_a_draft_keeps_whom_it_is_for(as_ann, ticket):
    address = reverse("ticket-draft", args=[ticket.pk, "reply"])
    as_ann.put(address, urlencode({"text": "Half", **WHOM}))
    page = as_ann.get(reverse("ticket", args=[ticket.pk])).text
    assert 'name="to" value="dora@work.example" data-usual="dora@' in page
    assert 'name="cc" value="eve@elsewhere.example" data-usual=""' in page
    as_ann.put(address, urlencode({"text": "Half of it"}))
    assert "elsewhere.example" not in as_ann.get(reverse("ticket", args=[ticket.pk])).text


def test_a_reply_that_is_taken_back_is_still_for_the_same(as_ann, held):
    as_ann.post(reverse("ticket-replies", args=[held.pk]), {"text": "Too soon.", **WHOM}, headers=HTMX)
    answer = as_ann.delete(reverse("reply", args=[held.pk, held.messages.get(kind="reply").pk]), headers=HTMX)
    assert all(f'value="{address}"' in answer.text for address in WHOM.values())


def test_a_ticket_that_became_his_by_a_reply_is_nobodys_when_he_takes_that_back(ann, bea, held):
    held.reply(ann, text="Too soon.").withdraw(ann)
    held.refresh_from_db()
    assert held.assignee is None


def test_but_not_one_that_he_took_or_was_given(ann, bea, held):
    held.assign(ann, ann)
    held.reply(ann, text="Too soon.").withdraw(ann)
    held.refresh_from_db()
    assert held.assignee == ann
    held.assign(None, bea)
    reply = held.reply(ann, text="Too soon.")
    held.assign(None, bea)
    held.assign(ann, bea)
    reply.withdraw(ann)
    held.refresh_from_db()
    assert held.assignee == ann
