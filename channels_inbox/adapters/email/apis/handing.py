"""Handing a mail to a provider's API, and what its answers mean."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from anymail.backends.base import AnymailBaseBackend
from anymail.exceptions import AnymailAPIError, AnymailError
from django.conf import settings
from django.core.mail import EmailMessage

from channels_inbox.adapters.contract import LATER, DeliveryError, Handover
from channels_inbox.adapters.email.reasons import (
    BLOCKED,
    DOMAIN,
    KEYS,
    MALFORMED,
    NO_MAILBOX,
    REFUSED,
    SENDER,
    STOPPED,
    TOO_LARGE,
)
from channels_inbox.models.recipient import bare

BUSY = frozenset({408, 425, 429})
REASONS = {401: KEYS, 402: STOPPED, 403: SENDER, 404: DOMAIN, 413: TOO_LARGE}
"""Of HTTP statuses, where the provider says nothing better."""

_ONE_BY_ONE = {"invalid": NO_MAILBOX, "rejected": BLOCKED, "failed": REFUSED}


class HandsOver(AnymailBaseBackend):
    """One call for all who wait, each with a result of his own."""

    def hand_over(self, mail: EmailMessage, waiting: Sequence[str]) -> Handover:
        """Raises DeliveryError for what concerns all."""
        sent = self.for_those(mail, waiting)
        try:
            self.send_messages([sent])
        except AnymailAPIError as error:
            raise self.meaning(error) from error
        except (AnymailError, ValueError, TypeError) as error:
            raise DeliveryError(MALFORMED, permanent=True, detail=str(error)) from error
        results = {address.lower(): result for address, result in sent.anymail_status.recipients.items()}
        refused, remote_ids = {}, {}
        for address in waiting:
            result = results.get(address.lower())
            if result and result.status in _ONE_BY_ONE:
                refused[address] = DeliveryError(
                    _ONE_BY_ONE[result.status], permanent=True, detail=result.status
                )
            elif result and result.status == "unknown":
                refused[address] = DeliveryError(LATER, permanent=False, detail="not sent with the others")
            elif result and result.message_id:
                remote_ids[address] = str(result.message_id)[:255]
        return Handover(self.travels_as(sent), refused, remote_ids)

    def for_those(self, mail: EmailMessage, waiting: Sequence[str]) -> Any:
        """A copy of the mail that goes to those who wait."""
        raise NotImplementedError

    def travels_as(self, sent: Any) -> str:
        """The Message-ID that the provider gave it; nothing where it keeps ours."""
        return ""

    def meaning(self, error: AnymailAPIError) -> DeliveryError:
        """What an answer means for the mail: who is busy or broken is asked again later, a refusal stands."""
        status, detail = self.status_of(error), str(error)
        if status is None or status < 400 or status in BUSY or status >= 500:
            return DeliveryError(LATER, permanent=False, detail=detail, after=self.asked_to_wait(error))
        reason = self.reason_for(error) or REASONS.get(status, REFUSED)
        return DeliveryError(reason, permanent=True, detail=detail)

    def status_of(self, error: AnymailAPIError) -> int | None:
        """The HTTP status; None where there was no answer."""
        return error.status_code

    def reason_for(self, error: AnymailAPIError) -> str:
        """In plain words, where the provider tells it apart."""
        return ""

    def asked_to_wait(self, error: AnymailAPIError) -> float:
        """Seconds, as the answer's Retry-After says (RFC 9110, 10.2.3); dates are not used for this by any of them."""
        headers: Mapping[str, str] = getattr(error.response, "headers", None) or {}
        said = headers.get("Retry-After", "")
        return float(said) if said.isdecimal() else 0


def as_it_is(mail: EmailMessage, waiting: Sequence[str]) -> Any:
    """For providers that take whole mails: its headers name everyone, it goes to those who wait."""
    sent = copy.copy(mail)
    named = {
        name: ", ".join(map(str, listed)) for name, listed in (("To", mail.to), ("Cc", mail.cc)) if listed
    }
    sent.extra_headers = mail.extra_headers | named
    sent.to, sent.cc = list(waiting), []
    return sent


def put_together_there(mail: EmailMessage, waiting: Sequence[str], **headers: str) -> Any:
    """For providers that build the mail from its parts: it names only those who wait, each once."""
    sent, left = copy.copy(mail), set(waiting)
    sent.to, sent.cc = _of_those(mail.to, left), _of_those(mail.cc, left)
    if not sent.to:
        sent.to, sent.cc = sent.cc, []
    sent.extra_headers = mail.extra_headers | headers
    sent.from_email = sent.extra_headers.pop("From", mail.from_email)
    return sent


def _of_those(written: Sequence[str], left: set[str]) -> list[str]:
    found = []
    for one in written:
        if bare(str(one)) in left:
            left.discard(bare(str(one)))
            found.append(one)
    return found


def over_http() -> dict[str, Any]:
    """What every backend is made with that speaks HTTP by itself: results are looked at one by one, and nobody is
    waited for without end."""
    return {"ignore_recipient_status": True, "requests_timeout": settings.EMAIL_TIMEOUT}
