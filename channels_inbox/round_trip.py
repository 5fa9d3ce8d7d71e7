"""A test mail there and back: from a mailbox to itself, over the real servers, known again when it arrives.

It goes to the mailbox's address with a token after a plus sign. What stands in `channel.config["round_trip"]`:
token, sent_at and arrived_at (ISO 8601, or None), and reason, why it could not be sent.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.message import SafeMIMEText
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from channels_inbox.adapters.contract import DeliveryError
from channels_inbox.models import Channel, Outlet
from events.queue import enqueue

PREFIX = "test-"
LATE, LOST = timedelta(minutes=1), timedelta(hours=1)
"""When the page says that something may be wrong, and when it no longer looks whether the mail arrives."""
SOON, LATER = 2, 15
"""Seconds until the page asks again."""


def begin(channel: Channel) -> None:
    """Forget the last trip and start another one."""
    from channels_inbox.tasks import send_test

    _note(channel.pk, token=secrets.token_hex(8), began_at=_iso(), sent_at=None, arrived_at=None, reason="")
    enqueue(send_test, channel.pk)


def send(channel_id: int) -> None:
    """Hand the test mail to the next server, and note that, or why not."""
    from channels_inbox.adapters.email.sending import send as hand_over  # a worker does it, pages only ask

    channel = Channel.objects.get(pk=channel_id)
    mail = _compose(channel)
    try:
        refused = hand_over(mail, Outlet.of(channel)).refused
        if refused:
            raise next(iter(refused.values()))
        if settings.ENVIRONMENT == "development":
            _bring_back(mail)
    except (DeliveryError, OSError) as error:
        _note(channel_id, reason=getattr(error, "reason", "") or str(error)[:200])
    else:
        _note(channel_id, sent_at=_iso())


def arrived(to: list[str]) -> bool:
    """Whether mail to these addresses is a test mail of ours; then its arrival is noted."""
    for address in to:
        local, _at, domain = address.lower().rpartition("@")
        name, _plus, token = local.rpartition(f"+{PREFIX}")
        if not (name and token):
            continue
        for channel in Channel.objects.filter(kind="email", address=f"{name}@{domain}"):
            if secrets.compare_digest(str(trip(channel).get("token", "")).encode(), token.encode()):
                _note(channel.pk, arrived_at=_iso())
                return True
    return False


def trip(channel: Channel) -> dict[str, Any]:
    """What is known of the last test mail, with times as datetimes, and whether it is still under way or late."""
    known = dict(channel.config.get("round_trip", {}))
    for name in ("began_at", "sent_at", "arrived_at"):
        if known.get(name):
            known[name] = datetime.fromisoformat(known[name])
    under_way = bool(known.get("began_at")) and not known.get("arrived_at") and not known.get("reason")
    age = now() - known["began_at"] if under_way else timedelta()
    return known | {
        "asks_again": LATER if age > LATE else SOON,
        "late": age > LATE,
        "under_way": under_way and age < LOST,
    }


def _compose(channel: Channel) -> EmailMessage:
    local, _at, domain = channel.address.rpartition("@")
    return EmailMessage(
        _("Test mail"),
        _("This mail left the desk and came back: the mailbox works both ways."),
        from_email=channel.address,
        to=[f"{local}+{PREFIX}{channel.config['round_trip']['token']}@{domain}"],
        headers={"Auto-Submitted": "auto-generated"},
    )


def _bring_back(mail: EmailMessage) -> None:
    """In development mail ends in the outbox, and no server of the world would bring it to our gateway."""
    import smtplib  # as above

    with smtplib.SMTP(settings.SMTP_GATEWAY_HOST, settings.SMTP_GATEWAY_PORT, timeout=10) as gateway:
        content = cast(SafeMIMEText, mail.message()).as_bytes(linesep="\r\n")
        gateway.sendmail(mail.from_email, mail.to, content)


@transaction.atomic
def _note(channel_id: int, **facts: Any) -> None:
    channel = Channel.objects.select_for_update().get(pk=channel_id)
    channel.config["round_trip"] = channel.config.get("round_trip", {}) | facts
    channel.save(update_fields=["config"])


def _iso() -> str:
    return now().isoformat()
