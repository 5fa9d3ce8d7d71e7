"""Postmark: https://postmarkapp.com/developer. Its API codes: …/developer/api/overview#error-codes."""

from collections.abc import Sequence
from typing import Any

from anymail.backends.postmark import EmailBackend
from anymail.exceptions import AnymailAPIError
from anymail.signals import AnymailTrackingEvent
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from django.core.mail import EmailMessage
from django.http import HttpRequest

from channels_inbox import secrets
from channels_inbox.adapters.email.apis import elsewhere
from channels_inbox.adapters.email.apis.checking import checked
from channels_inbox.adapters.email.apis.handing import HandsOver, over_http, put_together_there
from channels_inbox.adapters.email.reasons import SENDER, STOPPED
from channels_inbox.models import Outlet

USER = "fanoos"
"""The user name under which its webhooks come; the password is the administrator's choice."""

_REASONS = {400: SENDER, 401: SENDER, 405: STOPPED, 412: STOPPED, 413: STOPPED}


class Backend(HandsOver, EmailBackend):
    def for_those(self, mail: EmailMessage, waiting: Sequence[str]) -> Any:
        return put_together_there(mail, waiting, **{"X-PM-KeepID": "true"})

    def reason_for(self, error: AnymailAPIError) -> str:
        try:
            return _REASONS.get(error.response.json().get("ErrorCode"), "")
        except (AttributeError, ValueError):
            return ""


def backend(outlet: Outlet) -> Backend:
    never_watched = {"track_clicks": False, "track_opens": False}
    return Backend(
        server_token=secrets.decrypt(outlet.secret),
        send_defaults=never_watched,
        **over_http(),
        **elsewhere("postmark"),
    )


def events(outlet: Outlet, request: HttpRequest) -> Sequence[AnymailTrackingEvent]:
    password = secrets.decrypt(outlet.hook_secret)
    return checked(PostmarkTrackingWebhookView(webhook_secret=f"{USER}:{password}"), password, request)
