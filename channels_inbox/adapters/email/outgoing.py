"""A message of ours as a mail: headers by which it threads, a text and an HTML part, files."""

import re
from collections.abc import Iterable
from email.encoders import encode_base64
from email.headerregistry import Address
from email.mime.base import MIMEBase

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from channels_inbox import signing
from channels_inbox.adapters.email.quoting import quote_for
from channels_inbox.language import language_for
from channels_inbox.links import buttons, end_of
from channels_inbox.models import Envelope, Outlet, Way
from channels_inbox.models.recipient import bare, is_sendable
from channels_inbox.wording import signature
from text.directions import with_directions
from text.html import clean
from text.language import direction
from text.paragraphs import paragraphs
from tickets.models import Attachment, Message, MessageKind, Ticket

MOST_REFERENCES = 20
_PLAIN_ID = re.compile(r"[!-;=?-~]+@[!-;=?-~]+")
_ANSWER = re.compile(r"\s*(re|aw|sv|antw|رد|پاسخ)\s*(\[\d+\])?\s*:", re.IGNORECASE)


class Letter(EmailMultiAlternatives):
    metadata: dict[str, str]
    """What a provider sends back with its reports."""


def compose(envelope: Envelope) -> Letter:
    """The mail, the same on every try but for its date."""
    message, channel = envelope.message, envelope.channel
    ticket = message.ticket
    answers, references = _references(envelope)
    ours = named(_from_name(message, channel.sender_name), channel.address)
    headers = {"Message-ID": f"<{envelope.provider_id}>", "From": ours}
    headers |= _reference_headers(answers, references)
    if message.kind == MessageKind.NOTICE:
        how = "auto-replied" if message.purpose == "acknowledgement" else "auto-generated"
        headers |= {"Auto-Submitted": how, "X-Auto-Response-Suppress": "All"}
    if end := end_of(message):
        headers |= {"List-Unsubscribe": f"<{end}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    with translation.override(language_for(ticket)):
        parts = _parts(envelope)
        mail = Letter(
            subject=_subject(ticket, is_answer=bool(references), marked=Outlet.of(channel).marks_subjects),
            body=render_to_string("mail/message.txt", parts),
            from_email=return_path(envelope),
            to=_to(message, envelope.address),
            cc=[one for one in message.cc if is_sendable(bare(one))],
            reply_to=[signing.reply_address(channel.address, ticket.pk)],
            headers=headers,
        )
        mail.attach_alternative(render_to_string("mail/message.html", parts), "text/html")
    mail.metadata = {"envelope": str(envelope.pk)}
    _attach(mail, message.attachments.select_related("blob"))
    return mail


def one_line(words: str) -> str:
    """Words that can stand in a header: nothing in them ends a line or begins another header."""
    return " ".join(
        "".join(char if char.isprintable() or char == "\u200c" else " " for char in words).split()
    )


def _subject(ticket: Ticket, *, is_answer: bool, marked: bool) -> str:
    subject = one_line(ticket.subject) or gettext("Your message")
    mark = f" {signing.subject_token(ticket.pk)}" if marked else ""
    return f"{'Re: ' if is_answer and not _ANSWER.match(subject) else ''}{subject}{mark}"


def _from_name(message: Message, ours: str) -> str:
    return f"{message.agent.name} · {ours}" if message.agent and message.agent.name else ours


def _to(message: Message, address: str) -> list[str]:
    if message.to:
        return [one for one in message.to if is_sendable(bare(one))]
    return [named(message.ticket.customer.name, address)]


def return_path(envelope: Envelope) -> str:
    """Where the mail comes back to: an address of its own, so that whatever comes there is about this mail. Not by
    others' servers: many send from the addresses that they know only. Amazon SES knows what follows a plus sign."""
    channel = envelope.channel
    own = Outlet.of(channel).way in (Way.DESK, Way.SES)
    return signing.return_path(channel.address, envelope.pk) if own else channel.address


def named(name: str, address: str) -> str:
    """An address with whose it is, as it stands in a header."""
    name = one_line(name)
    local, _, domain = address.rpartition("@")
    return str(Address(name, local, domain)) if name else address


def _references(envelope: Envelope) -> tuple[str, list[str]]:
    """The customer's mail that this answers, and all that went to and fro before, oldest first."""
    earlier = Envelope.objects.filter(
        message__ticket=envelope.message.ticket_id, channel__kind=envelope.channel.kind, agent=None
    )
    earlier = earlier.exclude(provider_id="").filter(message__number__lt=envelope.message.number)
    newest = list(
        earlier.order_by("-message__number").values_list("direction", "provider_id")[:MOST_REFERENCES]
    )
    plain = [(way, id) for way, id in reversed(newest) if _PLAIN_ID.fullmatch(id)]
    answers = next((id for way, id in reversed(plain) if way == "in"), "")
    return answers, [id for _way, id in plain]


def _reference_headers(answers: str, references: list[str]) -> dict[str, str]:
    headers = {}
    if references:
        headers["In-Reply-To"] = f"<{answers or references[-1]}>"
        headers["References"] = " ".join(f"<{id}>" for id in references)
    return headers


def _parts(envelope: Envelope) -> dict[str, object]:
    """What the templates show. Each paragraph carries its own direction: an English order number in an Arabic letter
    must not turn the letter around."""
    message, channel = envelope.message, envelope.channel
    is_reply = message.kind == MessageKind.REPLY
    links = buttons(message, pressed=False)
    signed = signature(message, channel) if is_reply else ""
    quote = quote_for(message) if is_reply and Outlet.of(channel).quotes else None
    return {
        "text": message.text,
        "html": with_directions(clean(message.html)) if message.html else "",
        "paragraphs": paragraphs(message.text),
        "faces": [one for one in links if one.mark],
        "links": [one for one in links if not one.mark],
        "end": end_of(message),
        "signature": signed,
        "signature_paragraphs": paragraphs(signed),
        "quote": quote,
        "quote_lines": quote["text"].splitlines() if quote else [],
        "quote_paragraphs": paragraphs(quote["text"]) if quote else [],
        "quote_direction": direction(quote["text"]) if quote else "",
        "direction": direction(message.text),
        "language": translation.get_language(),
        "language_direction": "rtl" if translation.get_language_bidi() else "ltr",
        "number": message.ticket.number,
    }


def _attach(mail: EmailMultiAlternatives, attachments: Iterable[Attachment]) -> None:
    for attachment in attachments:
        if attachment.blob is None:
            continue
        with attachment.blob.open() as file:
            data = file.read()
        if attachment.inline and attachment.content_id:
            mail.attach(_inline(attachment, data))
        else:
            mail.attach(attachment.name, data, attachment.content_type)


def _inline(attachment: Attachment, data: bytes) -> MIMEBase:
    part = MIMEBase(*attachment.content_type.split("/", 1))
    part.set_payload(data)
    encode_base64(part)
    part["Content-ID"] = f"<{one_line(attachment.content_id)}>"
    part.add_header("Content-Disposition", "inline", filename=("utf-8", "", attachment.name))
    return part
