"""What providers send to a webhook, as their documents show it, signed as they sign it."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from channels_inbox.models import Outlet
from tests.channels_inbox.providers.conftest import SENDGRID_KEY

Hook = dict[str, Any]
"""How Django's test client is to post it."""


def said(outlet: Outlet, what: str, recipient: str, *, remote_id: str = "", envelope: int | str = "") -> Any:
    """`what` of delivered, delayed, bounced, complained, unsubscribed; named by our mark or the provider's id."""
    return globals()[f"_{outlet.way}"](what, recipient, remote_id, str(envelope))


def hook(outlet: Outlet, body: Any, providers: Any, **forged: Any) -> Hook:
    """The post, signed by the provider; `forged` replaces what signs it."""
    return globals()[f"_{outlet.way}_post"](body, providers, **forged)


# Mailgun: https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks


def _mailgun(what: str, recipient: str, remote_id: str, envelope: str) -> Any:
    told: dict[str, dict[str, Any]] = {
        "delivered": {"event": "delivered", "delivery-status": {"code": 250, "message": "OK"}},
        "delayed": {
            "event": "failed",
            "severity": "temporary",
            "reason": "generic",
            "delivery-status": {"code": 451, "message": "451 4.7.1 Greylisted", "description": ""},
        },
        "bounced": {
            "event": "failed",
            "severity": "permanent",
            "reason": "bounce",
            "delivery-status": {"code": 550, "message": "5.1.1 No such user here", "description": ""},
        },
        "complained": {"event": "complained"},
        "unsubscribed": {"event": "unsubscribed"},
    }
    return told[what] | {
        "id": secrets.token_hex(8),
        "timestamp": time.time(),
        "recipient": recipient,
        "user-variables": {"envelope": envelope} if envelope else {},
        "message": {"headers": {"message-id": remote_id.strip("<>"), "to": recipient}},
    }


def _mailgun_post(body: Any, providers: Any, key: str = "signing key", token: str = "", at: str = "") -> Hook:
    at, token = at or str(int(time.time())), token or secrets.token_hex(25)
    signature = hmac.new(key.encode(), f"{at}{token}".encode(), hashlib.sha256).hexdigest()
    signed = {"timestamp": at, "token": token, "signature": signature}
    return _json({"signature": signed, "event-data": body})


# Postmark: https://postmarkapp.com/developer/webhooks/webhooks-overview


def _postmark(what: str, recipient: str, remote_id: str, envelope: str) -> Any:
    told: dict[str, dict[str, Any]] = {
        "delivered": {
            "RecordType": "Delivery",
            "Recipient": recipient,
            "DeliveredAt": "2026-11-22T09:00:00Z",
            "Details": "250 OK",
        },
        "delayed": {
            "RecordType": "Bounce",
            "Type": "Transient",
            "ID": 42,
            "Email": recipient,
            "Details": "451 greylisted",
        },
        "bounced": {
            "RecordType": "Bounce",
            "Type": "HardBounce",
            "ID": 43,
            "Email": recipient,
            "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
            "Details": "action: failed\r\n",
            "BouncedAt": "2026-11-22T09:00:00Z",
        },
        "complained": {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "ID": 44, "Email": recipient},
        "unsubscribed": {
            "RecordType": "SubscriptionChange",
            "Recipient": recipient,
            "SuppressSending": True,
            "SuppressionReason": "ManualSuppression",
            "ChangedAt": "2026-11-22T09:00:00Z",
        },
    }
    return told[what] | {"MessageID": remote_id, "Metadata": {"envelope": envelope} if envelope else {}}


def _postmark_post(body: Any, providers: Any, user: str = "fanoos", password: str = "hook password") -> Hook:
    proof = base64.b64encode(f"{user}:{password}".encode()).decode()
    return _json(body, Authorization=f"Basic {proof}")


# SendGrid: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event


def _sendgrid(what: str, recipient: str, remote_id: str, envelope: str) -> Any:
    told: dict[str, dict[str, Any]] = {
        "delivered": {"event": "delivered", "response": "250 OK"},
        "delayed": {"event": "deferred", "response": "451 4.7.1 Greylisted", "attempt": "5"},
        "bounced": {
            "event": "bounce",
            "type": "bounce",
            "status": "5.1.1",
            "reason": "550 5.1.1 The email account does not exist",
        },
        "complained": {"event": "spamreport"},
        "unsubscribed": {"event": "unsubscribe"},
    }
    marks = {"envelope": envelope} if envelope else {}
    ids = {"sg_event_id": secrets.token_urlsafe(16), "anymail_id": remote_id, "sg_message_id": "x.y"}
    return told[what] | ids | marks | {"email": recipient, "timestamp": int(time.time())}


def _sendgrid_post(body: Any, providers: Any, key: ec.EllipticCurvePrivateKey = SENDGRID_KEY) -> Hook:
    content, at = json.dumps(body if isinstance(body, list) else [body]).encode(), str(int(time.time()))
    signature = base64.b64encode(key.sign(at.encode() + content, ec.ECDSA(hashes.SHA256()))).decode()
    named = {
        "X-Twilio-Email-Event-Webhook-Signature": signature,
        "X-Twilio-Email-Event-Webhook-Timestamp": at,
    }
    return {"data": content, "content_type": "application/json", "headers": named}


# Amazon SES by SNS: https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html


def _ses(what: str, recipient: str, remote_id: str, envelope: str) -> Any:
    one = {"emailAddress": recipient, "action": "failed", "status": "5.1.1"}
    told: dict[str, dict[str, Any]] = {
        "delivered": {"delivery": {"recipients": [recipient], "smtpResponse": "250 ok"}},
        "delayed": {
            "bounce": {"bounceType": "Transient", "bounceSubType": "General", "bouncedRecipients": [one]}
        },
        "bounced": {
            "bounce": {
                "bounceType": "Permanent",
                "bounceSubType": "General",
                "bouncedRecipients": [one | {"diagnosticCode": "smtp; 550 5.1.1 user unknown"}],
            }
        },
        "complained": {"complaint": {"complainedRecipients": [{"emailAddress": recipient}]}},
    }
    kinds = {"delivered": "Delivery", "delayed": "Bounce", "bounced": "Bounce", "complained": "Complaint"}
    marks = [{"name": "X-Metadata", "value": json.dumps({"envelope": envelope})}] if envelope else []
    mail = {"messageId": remote_id, "destination": [recipient], "headers": marks}
    return {"notificationType": kinds[what], "mail": mail} | told[what]


def _ses_post(body: Any, providers: Any, **message: Any) -> Hook:
    facts = {"MessageId": secrets.token_hex(16), "Message": json.dumps(body)} | message
    return _json(providers.signed(**facts))


def _json(body: Any, **headers: str) -> Hook:
    return {"data": json.dumps(body), "content_type": "application/json", "headers": headers}
