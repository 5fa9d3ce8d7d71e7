"""Mailgun: https://documentation.mailgun.com. Mails go to its MIME endpoint, as they are."""

import json
import time
from collections.abc import Sequence
from typing import Any

from anymail.backends.mailgun import EmailBackend, MailgunPayload
from anymail.exceptions import AnymailAPIError
from anymail.signals import AnymailTrackingEvent
from anymail.utils import EmailAddress
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from django.core.mail import EmailMessage
from django.http import HttpRequest

from channels_inbox import secrets
from channels_inbox.adapters.email.apis import NotGenuine, elsewhere
from channels_inbox.adapters.email.apis.checking import checked
from channels_inbox.adapters.email.apis.handing import HandsOver, as_it_is, over_http
from channels_inbox.adapters.email.reasons import KEYS, STOPPED
from channels_inbox.models import Outlet

HOSTS = {"us": "https://api.mailgun.net/v3", "eu": "https://api.eu.mailgun.net/v3"}
LONGEST_AGO = 24 * 3600
"""Seconds. It repeats a report that found no ear for eight hours."""


class _Whole(MailgunPayload):
    """The mail as it is, with the recipients and our marks beside it."""

    def get_api_endpoint(self) -> str:
        return f"{super().get_api_endpoint()}.mime"

    def serialize_data(self) -> dict[str, Any]:
        marks = {f"v:{name}": value for name, value in self.metadata.items()}
        self.files = [("message", ("message.mime", self.message.message().as_bytes(), "message/rfc822"))]
        return {"to": self.data["to"], "o:tracking": "no"} | marks

    def set_envelope_sender(self, email: EmailAddress) -> None:
        """It makes its own: only the domain is ours, and that is the outlet's."""

    def set_spoofed_to_header(self, header_to: str) -> None:
        """It stands in the mail."""


class Backend(HandsOver, EmailBackend):
    def build_message_payload(self, message: EmailMessage, defaults: dict[str, Any]) -> _Whole:
        return _Whole(message, defaults, self)

    def for_those(self, mail: EmailMessage, waiting: Sequence[str]) -> Any:
        return as_it_is(mail, waiting)

    def reason_for(self, error: AnymailAPIError) -> str:
        if error.status_code != 403:
            return ""
        return STOPPED if any(word in str(error).lower() for word in ("disabled", "free", "limit")) else KEYS


def backend(outlet: Outlet) -> Backend:
    facts = {"api_url": HOSTS[outlet.region or "us"]} | over_http() | elsewhere("mailgun")
    return Backend(api_key=secrets.decrypt(outlet.secret), sender_domain=outlet.domain, **facts)


def events(outlet: Outlet, request: HttpRequest) -> Sequence[AnymailTrackingEvent]:
    key = secrets.decrypt(outlet.hook_secret)
    if request.content_type != "application/json":
        raise NotGenuine("It is of another shape.")
    found = checked(MailgunTrackingWebhookView(webhook_signing_key=key), key, request)
    signed_at = float(json.loads(request.body)["signature"]["timestamp"])
    if abs(time.time() - signed_at) > LONGEST_AGO:
        raise NotGenuine("It was signed long ago.")
    return found
