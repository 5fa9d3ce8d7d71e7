"""SendGrid: https://www.twilio.com/docs/sendgrid/api-reference."""

import warnings
from collections.abc import Sequence
from typing import Any

from anymail.backends.sendgrid import EmailBackend
from anymail.exceptions import AnymailAPIError, AnymailNotSupportedWarning
from anymail.signals import AnymailTrackingEvent
from anymail.webhooks.sendgrid import SendGridTrackingWebhookView
from django.core.mail import EmailMessage
from django.http import HttpRequest

from channels_inbox import secrets
from channels_inbox.adapters.email.apis import NotGenuine, elsewhere
from channels_inbox.adapters.email.apis.checking import checked
from channels_inbox.adapters.email.apis.handing import HandsOver, over_http, put_together_there
from channels_inbox.adapters.email.reasons import STOPPED
from channels_inbox.models import Outlet

# The library has no account there to try itself on; what we use of it is held by tests of our own.
warnings.filterwarnings("ignore", category=AnymailNotSupportedWarning)


class Backend(HandsOver, EmailBackend):
    def for_those(self, mail: EmailMessage, waiting: Sequence[str]) -> Any:
        return put_together_there(mail, waiting)

    def reason_for(self, error: AnymailAPIError) -> str:
        return STOPPED if "credits" in str(error).lower() else ""


def backend(outlet: Outlet) -> Backend:
    never_watched = {"track_clicks": False, "track_opens": False}
    return Backend(
        api_key=secrets.decrypt(outlet.secret),
        send_defaults=never_watched,
        **over_http(),
        **elsewhere("sendgrid"),
    )


def events(outlet: Outlet, request: HttpRequest) -> Sequence[AnymailTrackingEvent]:
    key = secrets.decrypt(outlet.hook_secret)
    if not key:
        raise NotGenuine("There is no key to check it by.")
    try:
        view = SendGridTrackingWebhookView(tracking_webhook_verification_key=key)
    except ValueError as error:
        raise NotGenuine("The key to check it by is none.") from error
    return checked(view, key, request)
