"""Customers' mails that agents pass on: on channels that say so they open the customer's own ticket.

Only who is proved to be an agent can speak for somebody else: by what our mail server found of his mail, or by the
address that he alone was given. What is passed on is attached as a message, or stands below his words.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.conf import settings

from agents.models import Agent
from channels_inbox import signing
from channels_inbox.adapters.contract import File, Forward, Incoming
from channels_inbox.adapters.email.authentication import is_proved
from channels_inbox.adapters.email.belonging import recipients
from channels_inbox.adapters.email.parse import Mail, parse
from channels_inbox.models import Channel, Parcel
from customers.models import IdentityKind
from customers.models.identity import key_of
from text import forwards
from text.quotes import own_words

DEEPEST = 5
"""Colleagues through whose hands it may have gone."""


@dataclass(frozen=True, slots=True)
class _Letter:
    """What was passed on, and how much of it is to be kept beside its text."""

    address: str
    name: str
    subject: str
    text: str
    written: str
    comment: str
    html: str = ""
    files: tuple[File, ...] | None = None
    """None: the files of the mail that it stands in."""


def as_customers(mail: Mail, parcel: Parcel, incoming: Incoming) -> Incoming | None:
    """The customer's letter that the agent passed on; None where it is to be treated as any mail."""
    if parcel.channel is None or not parcel.channel.opens_forwards or not forwards.is_forward(mail.subject):
        return None
    if incoming.automatic or incoming.ticket_id is not None:
        return None
    agent = Agent.objects.of_address(incoming.address).filter(is_active=True).first()
    if agent is None or not _is_proved(mail, parcel, agent):
        return None
    letter = next((one for one in _letters(mail) if _is_a_customers(one)), None)
    if letter is None:
        return None
    return replace(
        incoming,
        address=letter.address,
        name=letter.name,
        subject=letter.subject or forwards.without_mark(mail.subject),
        text=letter.text,
        html=letter.html,
        files=incoming.loose_files() if letter.files is None else letter.files,
        passed_ticket_id=None,
        to=(),
        cc=(),
        reply_to="",
        folded=True,
        flags=(),
        forward=Forward(agent.pk, letter.comment, letter.written),
    )


def _is_proved(mail: Mail, parcel: Parcel, agent: Agent) -> bool:
    found = signing.agent_of_addresses(recipients(mail, parcel.meta))
    if found is not None:
        return found.is_current and found.agent_id == agent.pk
    results = mail.headers.get("authentication-results", "")
    return is_proved(results, settings.TRUSTED_MAIL_SERVERS, agent.email)


def _is_a_customers(letter: _Letter) -> bool:
    """Whether somebody wrote it who is none of us."""
    try:
        key = key_of(IdentityKind.EMAIL, letter.address)
    except ValueError:
        return False
    return not Channel.objects.is_one_of_us(key)


def _letters(mail: Mail) -> Iterator[_Letter]:
    """What was passed on, then what that passes on in its turn."""
    attached = [
        one
        for one in mail.attachments
        if one.content_type == "message/rfc822" or one.filename.lower().endswith(".eml")
    ]
    if len(attached) == 1:
        yield _of_attachment(parse(attached[0].data), own_words(mail.text))
        return
    text, comment = mail.text, ""
    for _ in range(DEEPEST):
        found = forwards.passed_on(text)
        if found is None:
            return
        comment = "\n\n".join(filter(None, [comment, found.comment]))
        subject = forwards.without_mark(found.subject)
        yield _Letter(found.address, found.name, subject, found.text, found.sent, comment)
        text = found.text


def _of_attachment(mail: Mail, comment: str) -> _Letter:
    shown = mail.html
    files = tuple(
        File(
            one.filename,
            one.content_type,
            one.data,
            one.content_id,
            bool(one.content_id) and f"cid:{one.content_id}" in shown,
        )
        for one in mail.attachments
    )
    written = mail.sent_at.isoformat() if mail.sent_at else ""
    sender = mail.sender
    return _Letter(sender.address, sender.name, mail.subject, mail.text, written, comment, mail.html, files)
