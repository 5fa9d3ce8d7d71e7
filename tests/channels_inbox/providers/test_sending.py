"""Mail leaves by a provider's API: one call, our headers kept, each recipient with a result of his own."""

import base64
from datetime import timedelta

import pytest
from django.utils.timezone import now

from channels_inbox import delivery, round_trip, signing
from channels_inbox.adapters.contract import LATER
from channels_inbox.adapters.email.reasons import BLOCKED, DOMAIN, KEYS, NO_MAILBOX, REFUSED, SENDER, STOPPED
from channels_inbox.models import Channel, Envelope, RecipientState
from tests.channels_inbox.conftest import CARE, letter
from tests.channels_inbox.providers.conftest import DORA, EMIL, FAY, sends_by
from tests.drain import drain
from tests.servers.providers import HANG
from tickets.models import Attachment, Blob, Delivery, Message, Ticket


@pytest.fixture
def reply(outlet, ticket, ann) -> Message:
    return ticket.reply(ann, text="مرحبًا\n\nBoth of you:", to=[f"Dora <{DORA}>"], cc=[EMIL, FAY])


def again() -> None:
    Envelope.objects.update(next_try_at=now() - timedelta(seconds=1))
    drain()


def told(message: Message) -> tuple[str, dict[str, str]]:
    message.refresh_from_db()
    return message.delivery, message.undelivered


def refuse(providers, status: int, body=None, **headers: str) -> None:
    providers.verdict = lambda call: (status, headers, body or {"message": "no"})


def test_one_call_for_all(reply, outlet, providers):
    drain()
    (call,) = providers.taken
    assert [one.rpartition("<")[2].rstrip(">") for one in call.recipients] == [DORA, EMIL, FAY]
    assert told(reply) == (Delivery.SENT, {})


def test_each_mailbox_uses_its_own_keys(reply, outlet, providers):
    drain()
    headers = providers.taken[0].headers
    proofs = {
        "ses": "Credential=AKIDEXAMPLE/",
        "mailgun": "Basic " + base64.b64encode(b"api:mailgun key").decode(),
        "postmark": "postmark token",
        "sendgrid": "Bearer sendgrid key",
    }
    assert proofs[outlet.way] in headers.get("authorization", headers.get("x-postmark-server-token", ""))


def test_our_headers_stay(outlet, channel, ann, dora, orders, providers, gateway):
    gateway.take(letter(Message_ID="<first@customer.example>"))
    drain()
    ticket = Ticket.objects.get()
    message = ticket.reply(ann, text="A new one leaves today.")
    drain(held=True)
    named = providers.taken[-1].named
    assert named["message-id"] == f"<{signing.message_id(ticket.pk, message.pk)}>"
    assert named["in-reply-to"] == "<first@customer.example>"
    assert "<first@customer.example>" in named["references"]
    assert named["reply-to"] == signing.reply_address(CARE, ticket.pk)
    assert named["from"] == "Ann · Fanoos Coffee <care@shop.example>"


def test_files_and_pictures_travel_along(outlet, ticket, ann, providers):
    files = [Attachment(name="ساعة.pdf", content_type="application/pdf", blob=Blob.of(b"%PDF-1.4 a"))]
    picture = {
        "content_type": "image/png",
        "blob": Blob.of(b"\x89PNG b"),
        "inline": True,
        "content_id": "lid",
    }
    files.append(Attachment(name="lid.png", **picture))
    ticket.reply(ann, text="See:", html='<p>See: <img src="cid:lid"></p>', attachments=files)
    drain()
    (call,) = providers.taken
    if outlet.way in ("ses", "mailgun"):
        parts = {part.get_filename(): part for part in call.mail.walk() if part.get_filename()}
        assert parts["ساعة.pdf"].get_content() == b"%PDF-1.4 a"
        assert (parts["lid.png"]["Content-ID"], parts["lid.png"].get_content()) == ("<lid>", b"\x89PNG b")
    else:
        listed = call.json["Attachments" if outlet.way == "postmark" else "attachments"]
        said = [{name.lower(): value for name, value in one.items()} for one in listed]
        assert [one.get("name") or one.get("filename") for one in said] == ["ساعة.pdf", "lid.png"]
        assert [base64.b64decode(one["content"]) for one in said] == [b"%PDF-1.4 a", b"\x89PNG b"]
        assert "lid" in (said[1].get("contentid") or said[1].get("content_id"))


def test_letters_keep_their_direction(reply, outlet, providers):
    drain()
    (call,) = providers.taken
    if outlet.way in ("ses", "mailgun"):
        html = call.mail.get_body(("html",)).get_content()
    elif outlet.way == "postmark":
        html = call.json["HtmlBody"]
    else:
        html = call.json["content"][1]["value"]
    assert '<p dir="rtl"' in html
    assert '<p dir="ltr"' in html


def test_nobody_is_watched(reply, outlet, providers):
    """Opening a mail or following a link is the customer's business."""
    drain()
    (call,) = providers.taken
    if outlet.way == "mailgun":
        assert call.form["o:tracking"] == [b"no"]
    elif outlet.way == "postmark":
        assert (call.json["TrackOpens"], call.json["TrackLinks"]) == (False, "None")
    elif outlet.way == "sendgrid":
        assert not any(one["enable"] for one in call.json["tracking_settings"].values())


# What goes wrong -----------------------------------------------------------------------------------------


def test_keys_that_are_not_accepted_fail_at_once_and_visibly(reply, providers):
    refuse(providers, 401)
    drain()
    assert told(reply)[0] == Delivery.FAILED
    assert set(reply.undelivered.values()) == {KEYS}
    again()
    assert len(providers.asked) == 1


def test_who_asks_to_wait_is_asked_again_then_and_not_before(reply, providers):
    refuse(providers, 429, **{"Retry-After": "900"})
    drain()
    assert told(reply) == (Delivery.QUEUED, {})
    wait = reply.envelopes.get().next_try_at - now()
    assert timedelta(minutes=14) < wait <= timedelta(minutes=15)


@pytest.mark.parametrize("trouble", [500, 503, HANG])
def test_a_provider_in_trouble_is_asked_again_under_the_same_id(reply, providers, trouble):
    if trouble == HANG:
        providers.verdict = lambda call: HANG
    else:
        refuse(providers, trouble)
    drain()
    assert told(reply) == (Delivery.QUEUED, {})
    assert reply.envelopes.get().error
    providers.verdict = lambda call: None
    again()
    assert told(reply) == (Delivery.SENT, {})
    assert len({call.named["message-id"] for call in providers.asked}) == 1


def test_a_provider_that_cannot_be_reached_is_asked_again(reply, providers, settings):
    settings.MAIL_API_URLS = dict.fromkeys(settings.MAIL_API_URLS, "http://127.0.0.1:9")
    drain()
    assert told(reply) == (Delivery.QUEUED, {})
    Envelope.objects.update(created_at=now() - timedelta(days=4))
    again()
    assert told(reply) == (Delivery.FAILED, dict.fromkeys([DORA, EMIL, FAY], LATER))


@pytest.mark.parametrize(
    ("name", "status", "body", "reason"),
    [
        ("postmark", 422, {"ErrorCode": 400, "Message": "Sender signature not found."}, SENDER),
        ("postmark", 422, {"ErrorCode": 405, "Message": "Out of credits."}, STOPPED),
        ("postmark", 422, {"ErrorCode": 300, "Message": "Invalid 'From' address."}, REFUSED),
        (
            "sendgrid",
            403,
            {"errors": [{"message": "The from address does not match a verified one"}]},
            SENDER,
        ),
        ("sendgrid", 401, {"errors": [{"message": "Maximum credits exceeded"}]}, STOPPED),
        ("sendgrid", 400, {"errors": [{"message": "Bad Request"}]}, REFUSED),
        ("mailgun", 404, {"message": "Domain not found: mg.shop.example"}, DOMAIN),
        ("mailgun", 400, {"message": "to parameter is not a valid address"}, REFUSED),
        ("mailgun", 403, {"message": "Domain is not allowed to send: The account is disabled"}, STOPPED),
        ("ses", 400, {"__type": "MessageRejected", "message": "Email address is not verified."}, SENDER),
        ("ses", 400, {"__type": "AccountSuspendedException", "message": "Suspended"}, STOPPED),
        ("ses", 403, {"__type": "InvalidClientTokenId", "message": "The token is invalid."}, KEYS),
        ("ses", 400, {"__type": "BadRequestException", "message": "Bad"}, REFUSED),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(channel, ticket, ann, providers, name, status, body, reason):
    sends_by(channel, name)
    headers = {"x-amzn-ErrorType": body["__type"]} if "__type" in body else {}
    refuse(providers, status, body, **headers)
    message = ticket.reply(ann, text="Hello")
    drain()
    assert told(message) == (Delivery.FAILED, {DORA: reason})


def test_ses_asks_to_wait_by_its_own_code(channel, ticket, ann, providers):
    sends_by(channel, "ses")
    refuse(
        providers,
        429,
        {"message": "Maximum sending rate exceeded."},
        **{"x-amzn-ErrorType": "TooManyRequestsException"},
    )
    message = ticket.reply(ann, text="Hello")
    drain()
    assert told(message) == (Delivery.QUEUED, {})


# Recipients ----------------------------------------------------------------------------------------------


def test_one_who_is_refused_does_not_fail_the_others(channel, ticket, ann, providers):
    sends_by(channel, "postmark")
    inactive = (
        "Message OK, but will not deliver to these inactive addresses: emil@customer.example. "
        "Inactive recipients are ones that have generated a hard bounce."
    )
    providers.verdict = lambda call: (
        200,
        {},
        {"ErrorCode": 0, "Message": inactive, "MessageID": "pm-1", "To": call.json["To"]},
    )
    message = ticket.reply(ann, text="Hello", to=[DORA], cc=[EMIL])
    drain()
    assert told(message) == (Delivery.FAILED, {EMIL: BLOCKED})
    providers.verdict = lambda call: None
    message.refresh_from_db()
    assert delivery.retry(message)
    drain()
    assert [call.recipients for call in providers.asked] == [[DORA, EMIL], [EMIL]]
    assert told(message) == (Delivery.SENT, {})


def test_an_address_that_spoils_the_call_fails_alone(channel, ticket, ann, providers):
    sends_by(channel, "postmark")
    spoiled = {
        "ErrorCode": 300,
        "Message": "Error parsing 'Cc': Illegal email domain in address 'emil@customer.example'.",
    }
    providers.verdict = lambda call: (422, {}, spoiled) if EMIL in call.recipients else None
    message = ticket.reply(ann, text="Hello", to=[DORA], cc=[EMIL])
    drain()
    assert told(message) == (Delivery.FAILED, {EMIL: NO_MAILBOX})
    again()
    assert providers.taken[0].recipients == [DORA]
    assert dict(message.envelopes.get().recipients.values_list("address", "state")) == {
        DORA: RecipientState.SENT,
        EMIL: RecipientState.FAILED,
    }


def test_whole_mails_name_everyone_whoever_still_waits(channel, ticket, ann, providers):
    for name in ("ses", "mailgun"):
        sends_by(channel, name)
        message = ticket.reply(ann, text="Hello", to=[f"Dora <{DORA}>"], cc=[EMIL])
        envelope = delivery.post(message)
        envelope.recipients.get(address=DORA).accept()
        drain()
        call = providers.taken[-1]
        assert call.recipients == [EMIL]
        assert (call.mail["To"], call.mail["Cc"]) == (f"Dora <{DORA}>", EMIL)


def test_someone_named_twice_gets_one(channel, ticket, ann, providers):
    sends_by(channel, "sendgrid")
    ticket.reply(ann, text="Hello", to=[DORA], cc=[f"Dora <{DORA}>", EMIL])
    drain()
    assert providers.taken[0].recipients == [DORA, EMIL]


# What is different at Amazon -----------------------------------------------------------------------------


def test_ses_gives_ids_of_its_own_and_the_next_mail_refers_to_them(channel, ticket, ann, providers):
    sends_by(channel, "ses")
    first = ticket.reply(ann, text="Hello")
    drain()
    assert first.envelopes.get().provider_id == "0102-1@eu-west-1.amazonses.com"
    ticket.reply(ann, text="And one more thing.")
    drain()
    assert "<0102-1@eu-west-1.amazonses.com>" in providers.taken[1].named["references"]


def test_ses_sends_what_comes_back_to_an_address_of_the_mail(channel, ticket, ann, providers):
    sends_by(channel, "ses")
    message = ticket.reply(ann, text="Hello")
    drain()
    way_back = signing.return_path(CARE, message.envelopes.get().pk)
    assert providers.taken[0].json["FeedbackForwardingEmailAddress"] == way_back


def test_a_test_mail_goes_the_same_way(outlet, channel, providers):
    round_trip.begin(channel)
    round_trip.send(channel.pk)
    (call,) = providers.taken
    assert call.recipients[0].startswith("care+test-")
    refuse(providers, 401)
    round_trip.send(channel.pk)
    assert round_trip.trip(Channel.objects.get(pk=channel.pk))["reason"] == KEYS
