"""The mail that tells an agent what a customer wrote, and that he can answer."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from channels_inbox import signing, wording
from channels_inbox.adapters.contract import DeliveryError
from channels_inbox.adapters.email.outgoing import named, one_line, return_path
from channels_inbox.models import About, Envelope
from text.language import direction
from text.paragraphs import paragraphs
from tickets.models import Message
from tickets.warnings import participants_of, warnings_of

LONGEST = 5000
"""Characters of what was written; the rest is read at the desk."""

NO_LONGER = "It is no longer the agent's to read."


def compose_notification(envelope: Envelope) -> EmailMultiAlternatives:
    """The mail, in the agent's language. Raises DeliveryError when it is not his to read any more."""
    message, channel, agent = envelope.message, envelope.channel, envelope.agent
    ticket = message.ticket
    if agent is None or message.redacted_at or not ticket.is_visible_to(agent):
        raise DeliveryError(NO_LONGER, permanent=True)
    together = signing.notification_id(ticket.pk, agent.pk, 0)
    headers = {
        "Message-ID": f"<{envelope.provider_id}>",
        "From": named(f"{_writer(message)} · {channel.sender_name}", channel.address),
        "In-Reply-To": f"<{together}>",
        "References": f"<{together}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    with translation.override(agent.language):
        parts = _parts(envelope)
        mail = EmailMultiAlternatives(
            subject=one_line(f"[#{ticket.number}] {ticket.subject or _('(no subject)')}"),
            body=render_to_string("mail/notification.txt", parts),
            from_email=return_path(envelope),
            to=[named(agent.name, envelope.address)],
            reply_to=[signing.agent_address(channel.address, ticket.pk, agent.pk)],
            headers=headers,
        )
        mail.attach_alternative(render_to_string("mail/notification.html", parts), "text/html")
    return mail


def _parts(envelope: Envelope) -> dict[str, object]:
    message = envelope.message
    ticket = message.ticket
    words = message.new_text.strip()
    shown = words[:LONGEST] + ("…" if len(words) > LONGEST else "")
    rtl = translation.get_language_bidi()
    return {
        "headline": _headline(envelope),
        "text": shown,
        "paragraphs": paragraphs(shown),
        "direction": direction(shown),
        "copies": ", ".join(ticket.audience()["others"]),
        "files": list(message.attachments.exclude(blob=None).values_list("name", flat=True)[:20]),
        "warnings": [one["says"] for one in warnings_of(message, ticket, participants_of(ticket, [message]))],
        "url": settings.PUBLIC_URL + reverse("ticket", args=[ticket.pk]),
        "profile": settings.PUBLIC_URL + reverse("profile"),
        "language": translation.get_language(),
        "language_direction": "rtl" if rtl else "ltr",
        "side": "right" if rtl else "left",
    }


def _headline(envelope: Envelope) -> str:
    """The channel's own words, or ours. What fills them is isolated (Unicode's UAX 9): it turns no sentence around."""
    message, channel = envelope.message, envelope.channel
    purpose = wording.ASSIGNMENT if envelope.about == About.ASSIGNED else wording.NOTIFICATION
    known = wording.facts(message.ticket, channel, envelope.agent) | {"customer.name": _writer(message)}
    words = wording.words_of(channel, purpose, translation.get_language())
    return wording.said(words, {name: word and f"\u2068{word}\u2069" for name, word in known.items()})


def _writer(message: Message) -> str:
    who = message.customer.display_name if message.customer else str(message.agent or "")
    return one_line(who)
