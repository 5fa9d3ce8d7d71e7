"""What may stand in the blanks of signatures and of automatic mails, and what does."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.models import Agent, Workspace
from channels_inbox.models import Channel
from text.placeholders import fill
from tickets.models import Message, Ticket

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
