"""Providers report what became of our mail: it is shown, counted once, and silences who wants none."""

import pytest

from channels_inbox.adapters.email.reasons import BLOCKED, FULL, NO_MAILBOX, POLICY, TOO_LARGE
from channels_inbox.models import Envelope, Outlet, RecipientState, Report, Silence
from channels_inbox.models.recipient import DELAYED
from channels_inbox.models.silence import COMPLAINED, HELD, UNSUBSCRIBED
from events.models import Event
from tests.channels_inbox.providers.conftest import DORA, EMIL, sends_by
from tests.channels_inbox.providers.hooks import hook, said
from tests.drain import drain
from tickets.models import Delivery, Message


@pytest.fixture
def sent(outlet, ticket, ann) -> Message:
    message = ticket.reply(ann, text="A new one leaves today.")
    drain()
    return message


@pytest.fixture
def tell(client, providers):
    """The provider tells, and what it tells is worked on. The status of our answer."""

    def tell(outlet: Outlet, *bodies, **forged) -> int:
        body = bodies[0] if len(bodies) == 1 else list(bodies)
        answer = client.post(f"/hooks/mail/{outlet.hook_token}/", **hook(outlet, body, providers, **forged))
        drain()
        return answer.status_code

    return tell


def of(message: Message) -> dict[str, str]:
    """By which a provider names it."""
    recipient = message.envelopes.get().recipients.get()
    return {"remote_id": recipient.remote_id}


def told(message: Message) -> tuple[str, str]:
    message.refresh_from_db()
    return message.delivery, message.delivery_error


def test_what_arrived_is_shown_as_delivered(sent, outlet, tell, client, ann):
    assert tell(outlet, said(outlet, "delivered", DORA, **of(sent))) == 200
    assert told(sent) == (Delivery.DELIVERED, "")
    assert sent.envelopes.get().recipients.get().state == RecipientState.DELIVERED
    client.force_login(ann)
    page = client.get(f"/tickets/{sent.ticket_id}/").content.decode()
    assert 'class="delivery delivered"' in page
    assert Outlet.objects.get().reported_at is not None


def test_our_own_mark_finds_it_where_the_providers_id_was_lost(sent, outlet, tell):
    """A worker that died after the call never learned the id."""
    envelope = sent.envelopes.get()
    envelope.recipients.update(remote_id="", state=RecipientState.WAITING)
    Envelope.objects.update(state="pending")
    assert tell(outlet, said(outlet, "delivered", DORA, remote_id="lost", envelope=envelope.pk)) == 200
    assert envelope.recipients.get().state == RecipientState.DELIVERED


def test_what_lies_at_everybodys_is_not_sent_again(sent, outlet, tell, providers):
    """The worker died after the call; the report came before the next try."""
    envelope = sent.envelopes.get()
    envelope.recipients.update(state=RecipientState.WAITING)
    Envelope.objects.update(state="pending")
    tell(outlet, said(outlet, "delivered", DORA, **of(sent)))
    assert len(providers.taken) == 1
    assert told(sent) == (Delivery.DELIVERED, "")


def test_a_mailbox_that_is_not_there_fails_the_message(sent, outlet, tell):
    tell(outlet, said(outlet, "bounced", DORA, **of(sent)))
    assert told(sent) == (Delivery.FAILED, NO_MAILBOX)
    assert sent.envelopes.get().recipients.get().detail


def test_a_third_message_that_fails_for_good_silences_the_address(outlet, ticket, ann, tell):
    for number in range(3):
        message = ticket.reply(ann, text=f"Number {number}")
        drain()
        body = said(outlet, "bounced", DORA, **of(message))
        if outlet.way == "postmark":
            body["ID"] = 100 + number
        tell(outlet, body)
    assert Silence.objects.standing().get().address == DORA


def test_what_is_put_off_is_noted(sent, outlet, tell, client, ann):
    tell(outlet, said(outlet, "delayed", DORA, **of(sent)))
    assert told(sent) == (Delivery.SENT, DELAYED)
    client.force_login(ann)
    assert "asked to wait" in client.get(f"/tickets/{sent.ticket_id}/").content.decode()
    tell(outlet, said(outlet, "delivered", DORA, **of(sent)))
    assert told(sent) == (Delivery.DELIVERED, "")


def test_whoever_complains_gets_no_more_and_agents_learn_of_it(sent, outlet, tell, ticket, ann, client):
    tell(outlet, said(outlet, "complained", DORA, **of(sent)))
    assert Silence.objects.standing().get().reason == COMPLAINED
    assert Event.objects.filter(kind="address.silenced").count() == 1
    assert Event.objects.get(kind="ticket.address_silenced").payload["because"] == "complained"
    client.force_login(ann)
    assert "reported this mail as spam" in client.get(f"/tickets/{ticket.pk}/").content.decode()
    held = ticket.reply(ann, text="Hello?")
    drain()
    assert told(held) == (Delivery.FAILED, HELD[COMPLAINED])


def test_whoever_unsubscribes_there_gets_no_more(channel, ticket, ann, providers, tell):
    for name in ("mailgun", "postmark", "sendgrid"):
        Silence.objects.all().delete()
        outlet = sends_by(channel, name)
        message = ticket.reply(ann, text=f"By {name}")
        drain()
        tell(outlet, said(outlet, "unsubscribed", DORA, **of(message)))
        assert Silence.objects.standing().get().reason == UNSUBSCRIBED


def test_the_same_report_counts_once(sent, outlet, client, providers, ticket):
    post = hook(outlet, said(outlet, "bounced", DORA, **of(sent)), providers)
    address = f"/hooks/mail/{outlet.hook_token}/"
    assert client.post(address, **post).status_code == 200
    drain()
    sent.mark_queued()
    sent.envelopes.get().retry()
    drain()
    assert client.post(address, **post).status_code == 200
    drain()
    assert told(sent) == (Delivery.SENT, "")
    assert Report.objects.count() == 1


def test_of_several_recipients_each_has_a_report_of_his_own(outlet, ticket, ann, tell):
    message = ticket.reply(ann, text="Both of you:", to=[DORA], cc=[EMIL])
    drain()
    remote = message.envelopes.get().recipients.get(address=EMIL).remote_id
    tell(outlet, said(outlet, "bounced", EMIL, remote_id=remote))
    tell(outlet, said(outlet, "delivered", DORA, remote_id=remote))
    message.refresh_from_db()
    assert (message.delivery, message.undelivered) == (Delivery.FAILED, {EMIL: NO_MAILBOX})


def test_mail_of_somebody_elses_program_is_nothing_to_us(sent, outlet, tell):
    body = said(outlet, "bounced", DORA, remote_id="of another program")
    assert tell(outlet, body) == 200
    assert told(sent) == (Delivery.SENT, "")
    assert Report.objects.count() == 0


def test_many_reports_in_one(channel, ticket, ann, providers, tell):
    outlet = sends_by(channel, "sendgrid")
    message = ticket.reply(ann, text="Both of you:", to=[DORA], cc=[EMIL])
    drain()
    remote = message.envelopes.get().recipients.get(address=DORA).remote_id
    tell(outlet, *(said(outlet, "delivered", one, remote_id=remote) for one in (DORA, EMIL)))
    assert told(message)[0] == Delivery.DELIVERED


@pytest.mark.parametrize(
    ("name", "change", "reason"),
    [
        ("ses", {"bounceType": "Transient", "bounceSubType": "MailboxFull"}, FULL),
        ("ses", {"bounceType": "Transient", "bounceSubType": "MessageTooLarge"}, TOO_LARGE),
        ("ses", {"bounceType": "Permanent", "bounceSubType": "NoEmail"}, NO_MAILBOX),
        ("postmark", {"Type": "SoftBounce", "Details": "552 5.2.2 over quota"}, FULL),
        ("postmark", {"Type": "Blocked", "Details": ""}, BLOCKED),
        ("postmark", {"Type": "HardBounce", "Description": "", "Details": ""}, NO_MAILBOX),
        ("sendgrid", {"type": "blocked", "reason": "550 5.7.1 blocked as spam"}, POLICY),
        ("sendgrid", {"event": "dropped", "reason": "Bounced Address"}, BLOCKED),
        ("mailgun", {"delivery-status": {"message": "552 5.2.2 mailbox full"}}, FULL),
    ],
)
def test_the_reason_is_told_in_plain_words(channel, ticket, ann, providers, tell, name, change, reason):
    outlet = sends_by(channel, name)
    message = ticket.reply(ann, text="Hello")
    drain()
    body = said(outlet, "bounced", DORA, **of(message))
    if name == "ses":
        body["bounce"] |= change
        body["bounce"]["bouncedRecipients"] = [{"emailAddress": DORA}]
    else:
        body |= change
    assert tell(outlet, body) == 200
    assert told(message) == (Delivery.FAILED, reason)


def test_opening_a_mail_is_nobodys_business(channel, ticket, ann, providers, tell):
    outlet = sends_by(channel, "sendgrid")
    message = ticket.reply(ann, text="Hello")
    drain()
    tell(outlet, said(outlet, "delivered", DORA, **of(message)) | {"event": "open"})
    assert Report.objects.count() == 0


def test_a_failure_of_ours_is_no_yes(sent, outlet, client, providers, monkeypatch):
    monkeypatch.setattr("channels_inbox.reporting.emit", lambda *args, **named: 1 / 0)
    client.raise_request_exception = False
    post = hook(outlet, said(outlet, "delivered", DORA, **of(sent)), providers)
    assert client.post(f"/hooks/mail/{outlet.hook_token}/", **post).status_code == 500
    assert Report.objects.count() == 0


def test_providers_try_the_address_before_they_use_it(outlet, client):
    assert client.head(f"/hooks/mail/{outlet.hook_token}/").status_code == 200


# Amazon's first word -------------------------------------------------------------------------------------


@pytest.fixture
def asked() -> dict[str, str]:
    return {
        "Type": "SubscriptionConfirmation",
        "Token": "2336412f37",
        "Message": "You have chosen to subscribe to the topic.",
        "SubscribeURL": "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=2336412f37",
    }


def test_a_subscription_is_confirmed(channel, providers, tell, asked):
    outlet = sends_by(channel, "ses")
    assert tell(outlet, {}, **asked) == 200
    assert providers.fetched[-1] == "/?Action=ConfirmSubscription&Token=2336412f37"
    assert (
        tell(outlet, {}, Message="Successfully validated SNS topic for Amazon SES event publishing.") == 200
    )
    assert len([path for path in providers.fetched if path.endswith(".pem")]) == 1


def test_the_older_signature_is_good_as_well(channel, providers, tell, asked):
    outlet = sends_by(channel, "ses")
    assert tell(outlet, {}, SignatureVersion="1", **asked) == 200


def test_what_waits_for_a_certificate_comes_again(channel, providers, tell, settings, client, asked):
    outlet = sends_by(channel, "ses")
    settings.MAIL_API_URLS = settings.MAIL_API_URLS | {"sns": "http://127.0.0.1:9"}
    client.raise_request_exception = False
    assert tell(outlet, {}, **asked) == 500
