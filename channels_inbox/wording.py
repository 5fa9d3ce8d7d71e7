"""The words of automatic mails in each language, and what stands in their blanks and in those of signatures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.models import Agent, Workspace
from channels_inbox.models import Channel, MailText
from events.prepared import Prepared
from text.placeholders import fill
from tickets.models import Message, Ticket

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SIGNATURE = {
    "agent.name": _("the agent's name"),
    "team.name": _("the team's name"),
    "company.name": _("the company's name"),
    "channel.address": _("the mailbox's address"),
}
ABOUT = SIGNATURE | {
    "customer.name": _("the customer's name"),
    "ticket.number": _("the ticket's number"),
    "ticket.subject": _("the ticket's subject"),
}


def facts(ticket: Ticket, channel: Channel, agent: Agent | None = None) -> dict[str, str]:
    """By name, the words for every blank."""
    return {
        "agent.name": agent.name if agent else "",
        "team.name": ticket.team.name,
        "company.name": Workspace.current().name or channel.sender_name,
        "channel.address": channel.address,
        "customer.name": ticket.customer.name,
        "ticket.number": str(ticket.number),
        "ticket.subject": ticket.subject,
    }


def example(channel: Channel) -> dict[str, str]:
    """Words for every blank, for a look at a text before anybody gets it."""
    return {
        "agent.name": "",
        "team.name": channel.team.name,
        "company.name": Workspace.current().name or channel.sender_name,
        "channel.address": channel.address,
        "customer.name": gettext("Dora"),
        "ticket.number": "1042",
        "ticket.subject": gettext("Where is my order?"),
    }


def signature(message: Message, channel: Channel) -> str:
    """The agent's own, else the team's."""
    ticket = message.ticket
    words = (message.agent and message.agent.signature) or ticket.team.signature
    known = {name: word for name, word in facts(ticket, channel, message.agent).items() if name in SIGNATURE}
    return fill(words, known).strip()


ACKNOWLEDGEMENT, SURVEY, NOTIFICATION, ASSIGNMENT = "acknowledgement", "survey", "notification", "assignment"


@dataclass(frozen=True, slots=True)
class Kind:
    """Of automatic mails."""

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
    NOTIFICATION: Kind(
        _("First line to an agent: a customer wrote"),
        _("{customer.name} wrote on ticket {ticket.number}:"),
    ),
    ASSIGNMENT: Kind(
        _("First line to an agent: a ticket is his"),
        _("Ticket {ticket.number} is yours now. {customer.name} wrote:"),
    ),
}


def words_of(channel: Channel, purpose: str, language: str) -> str:
    """The channel's own, else ours, with their blanks."""
    if own := _own.first(channel.pk, purpose, language):
        return own.body
    with translation.override(language):
        return str(KINDS[purpose].words)


@Prepared
def _own(channel_id: int, purpose: str, language: str) -> QuerySet[MailText]:
    return MailText.objects.filter(channel=channel_id, purpose=purpose, language=language)


def said(words: str, known: dict[str, str]) -> str:
    """The words as the customer gets them; a blank that is empty takes the space before it along."""
    for name, value in known.items():
        if not value:
            words = words.replace(f" {{{name}}}", "").replace(f" “{{{name}}}”", "")
    return fill(words, known)
