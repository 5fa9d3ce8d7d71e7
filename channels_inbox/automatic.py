"""Mails that nobody writes by hand: their words in each language, and the confirmation of a new request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from channels_inbox.caps import ACKNOWLEDGEMENT, may_acknowledge
from channels_inbox.delivery import can_reach
from channels_inbox.language import language_for
from channels_inbox.models import Channel, Envelope, MailText, Outlet, Thread
from channels_inbox.wording import facts
from text.placeholders import fill
from tickets.models import Message, Ticket

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SURVEY = "survey"


@dataclass(frozen=True, slots=True)
class Kind:
    label: StrOrPromise
    words: StrOrPromise
    """Ours, where the channel has none of its own."""


KINDS = {
    ACKNOWLEDGEMENT: Kind(
        _("Confirmation of a new request"),
        _(
            "Hello {customer.name},\n\nthank you for writing. Your message has arrived, and a person will read it and "
            "answer you here. Your request has the number {ticket.number}.\n\nIf there is anything to add, simply "
            "reply to this mail.\n\n{company.name}"
        ),
    ),
    SURVEY: Kind(
        _("Question how it went"),
        _(
            "Hello {customer.name},\n\nyour request “{ticket.subject}” is solved. How did we do? One click is enough."
            "\n\n{company.name}"
        ),
    ),
}


def words_of(channel: Channel, purpose: str, language: str) -> str:
    """The channel's own, else ours, with their blanks."""
    own = MailText.objects.filter(channel=channel, purpose=purpose, language=language).first()
    if own is not None:
        return own.body
    with translation.override(language):
        return str(KINDS[purpose].words)


def said(words: str, known: dict[str, str]) -> str:
    """The words as the customer gets them; a blank that is empty takes the space before it along."""
    for name, value in known.items():
        if not value:
            words = words.replace(f" {{{name}}}", "").replace(f" “{{{name}}}”", "")
    return fill(words, known)


@transaction.atomic
def acknowledge(ticket: Ticket) -> Message | None:
    """Tell whoever opened the ticket by mail that it has arrived; None where that is not wanted, would answer a
    machine, or was done too often: a stranger can write under somebody else's address."""
    thread = Thread.objects.filter(ticket=ticket).select_related("channel__outlet").first()
    if thread is None or thread.channel.kind != "email" or not Outlet.of(thread.channel).acknowledges:
        return None
    letter = Envelope.objects.incoming().filter(message__ticket=ticket).order_by("pk").first()
    if letter is None or ticket.is_done or ticket.spam_at or not can_reach(ticket):
        return None
    if not may_acknowledge(letter.address):
        return None
    words = words_of(thread.channel, ACKNOWLEDGEMENT, language_for(ticket))
    return ticket.notify(text=said(words, facts(ticket, thread.channel)), purpose=ACKNOWLEDGEMENT)
