"""What providers report of our mail: kept once each, then told to its envelope."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now

from channels_inbox.adapters.email.reasons import BLOCKED, NO_MAILBOX, REFUSED
from channels_inbox.models import Outlet, Recipient, Report, Told
from events.bus import emit

if TYPE_CHECKING:
    from anymail.signals import AnymailTrackingEvent

_TOLD = {
    "delivered": Told.DELIVERED,
    "deferred": Told.DELAYED,
    "bounced": Told.FAILED,
    "rejected": Told.FAILED,
    "failed": Told.FAILED,
    "complained": Told.COMPLAINED,
    "unsubscribed": Told.UNSUBSCRIBED,
}
"""By anymail's normalised event types; the others, such as opening a mail, are nobody's business."""

_SOFT = frozenset({"transient: general", "undetermined: undetermined"})
"""Of SES: what it calls bounces, and may be an answering machine's."""
_JOINED = re.compile(r"(?<=[a-z])(?=[A-Z])")
"""MailboxFull and such."""


@transaction.atomic
def take(outlet: Outlet, events: Sequence["AnymailTrackingEvent"]) -> int:
    """Keep what is news about mail of the outlet's own channel, each to be acted on by itself. Returns how many."""
    Outlet.objects.filter(pk=outlet.pk).update(reported_at=now())
    taken = 0
    for event in events:
        told = _told(event)
        recipient = told and _recipient(outlet, event)
        if told and recipient:
            facts = {"recipient": recipient, "told": told, **_why(event, told)}
            report, new = Report.objects.get_or_create(outlet=outlet, key=_key(event), defaults=facts)
            if new:
                emit("mail.reported", report, report=report.pk)
                taken += 1
    return taken


def _told(event: "AnymailTrackingEvent") -> Told | None:
    if event.event_type == "bounced" and (event.description or "").lower() in _SOFT:
        return Told.DELAYED
    return _TOLD.get(event.event_type)


def _recipient(outlet: Outlet, event: "AnymailTrackingEvent") -> Recipient | None:
    """By our own mark on the mail, else by the provider's id for it."""
    of_channel = Recipient.objects.filter(
        envelope__channel=outlet.channel_id, address__iexact=event.recipient or ""
    )
    known = Q(pk__in=[])
    envelope = str((event.metadata or {}).get("envelope", ""))
    if envelope.isascii() and envelope.isdecimal() and len(envelope) < 19:
        known |= Q(envelope=int(envelope))
    if event.message_id:
        known |= Q(remote_id=str(event.message_id)[:255])
    return of_channel.filter(known).order_by("-pk").first()


def _why(event: "AnymailTrackingEvent", told: Told) -> dict[str, str]:
    said = " ".join(_words(event.mta_response, event.description))[:500]
    if told != Told.FAILED:
        return {"detail": said}
    from channels_inbox.adapters.email.returns import meaning  # all that reads mail comes with it

    reason = meaning(_JOINED.sub(" ", said)).reason
    if event.event_type == "rejected":
        reason = NO_MAILBOX if event.reject_reason == "invalid" else BLOCKED
    elif event.event_type == "bounced" and reason == REFUSED and _is_hard(event):
        reason = NO_MAILBOX
    return {"reason": reason, "detail": said}


def _is_hard(event: "AnymailTrackingEvent") -> bool:
    """Whether the provider says that no mail will ever reach the address, though not in words that tell why."""
    known = event.esp_event
    bounce = known.get("bounce") or {}
    return known.get("Type") == "HardBounce" or bounce.get("bounceType") == "Permanent"


def _words(*parts: str | None) -> Iterable[str]:
    return (str(part).strip() for part in parts if part)


def _key(event: "AnymailTrackingEvent") -> str:
    """What tells it from every other; not all providers give each report an id of its own. Where they do, nothing else
    counts: Mailgun's signature covers no more than that."""
    own = event.event_id or f"{event.message_id} {event.timestamp} {event.event_type} {event.recipient}"
    return hashlib.sha256(own.encode()).hexdigest()
