"""Amazon SES: https://docs.aws.amazon.com/ses. Mails go as they are; reports come through Amazon SNS."""

from collections.abc import Sequence
from typing import Any

from anymail.backends.amazon_ses import EmailBackend
from anymail.exceptions import AnymailAPIError
from anymail.signals import AnymailTrackingEvent
from anymail.webhooks.amazon_ses import AmazonSESTrackingWebhookView
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest

from channels_inbox import secrets
from channels_inbox.adapters.email.apis import elsewhere, sns
from channels_inbox.adapters.email.apis.handing import HandsOver, as_it_is
from channels_inbox.adapters.email.reasons import KEYS, REFUSED, SENDER, STOPPED
from channels_inbox.models import Outlet

_REASONS = {
    "AccountSuspendedException": STOPPED,
    "SendingPausedException": STOPPED,
    "MailFromDomainNotVerifiedException": SENDER,
}


class _Reader(AmazonSESTrackingWebhookView):
    warn_if_no_basic_auth = False
    """The signature is checked before."""


class Backend(HandsOver, EmailBackend):
    def for_those(self, mail: EmailMessage, waiting: Sequence[str]) -> Any:
        return as_it_is(mail, waiting)

    def travels_as(self, sent: Any) -> str:
        """SES gives every mail a Message-ID of its own, whatever we wrote there."""
        region = self.session_params["region_name"]
        host = "email" if region == "us-east-1" else region
        ids = {result.message_id for result in sent.anymail_status.recipients.values() if result.message_id}
        return f"{ids.pop()}@{host}.amazonses.com" if ids else ""

    def status_of(self, error: AnymailAPIError) -> int | None:
        known = error.response or {}
        code = known.get("Error", {}).get("Code", "")
        if "Throttl" in code or code in ("TooManyRequestsException", "LimitExceededException"):
            return 429
        return known.get("ResponseMetadata", {}).get("HTTPStatusCode")

    def reason_for(self, error: AnymailAPIError) -> str:
        told = error.response["Error"]
        if told["Code"] == "MessageRejected" and "not verified" in told.get("Message", ""):
            return SENDER
        return _REASONS.get(told["Code"], KEYS if self.status_of(error) in (401, 403) else REFUSED)

    def asked_to_wait(self, error: AnymailAPIError) -> float:
        headers = (error.response or {}).get("ResponseMetadata", {}).get("HTTPHeaders", {})
        said = headers.get("retry-after", "")
        return float(said) if said.isdecimal() else 0


def backend(outlet: Outlet) -> Backend:
    keys = {
        "aws_access_key_id": outlet.user,
        "aws_secret_access_key": secrets.decrypt(outlet.secret),
        "region_name": outlet.region,
    }
    patience = {
        "connect_timeout": settings.EMAIL_TIMEOUT,
        "read_timeout": settings.EMAIL_TIMEOUT,
        # The envelope is tried again, not the call.
        "retries": {"total_max_attempts": 1},
    }
    client = {"config": patience} | elsewhere("ses", "endpoint_url")
    return Backend(session_params=keys, client_params=client, ignore_recipient_status=True)


def events(outlet: Outlet, request: HttpRequest) -> Sequence[AnymailTrackingEvent]:
    message = sns.checked(request, topic=secrets.decrypt(outlet.hook_secret))
    if message["Type"] == "SubscriptionConfirmation":
        sns.confirm(message)
    told = sns.notification(message)
    view = _Reader(session_params={}, client_params={})
    found = view.esp_to_anymail_events(told, message) if told else []
    for event in found:
        # One message of SNS may be about several recipients.
        event.event_id = f"{event.event_id} {event.recipient}"
    return found
