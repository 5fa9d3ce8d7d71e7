"""What stands in the blanks of texts that macros and rules write."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.models import Agent, Workspace
from text.placeholders import fill, unknown
from tickets.models import Ticket

BLANKS = {
    "customer.name": gettext_lazy("the customer's name"),
    "ticket.number": gettext_lazy("the ticket's number"),
    "ticket.subject": gettext_lazy("the ticket's subject"),
    "agent.name": gettext_lazy("the agent's name"),
    "team.name": gettext_lazy("the team's name"),
    "company.name": gettext_lazy("the company's name"),
}


def filled(words: str, ticket: Ticket, agent: Agent | None) -> str:
    """The words with their blanks filled; one that is empty takes the space before it along."""
    if "{" not in words:
        return words
    facts = {
        "customer.name": ticket.customer.name,
        "ticket.number": str(ticket.number),
        "ticket.subject": ticket.subject,
        "agent.name": agent.name if agent else "",
        "team.name": ticket.team.name,
        "company.name": Workspace.current().name,
    }
    for name, value in facts.items():
        if not value:
            words = words.replace(f" {{{name}}}", "")
    return fill(words, facts)


def check(words: str) -> str:
    """The words; ValueError names a blank that nothing fills."""
    if wrong := unknown(words, set(BLANKS)):
        raise ValueError(_("Nothing fills the blank %(blank)s.") % {"blank": wrong[0]})
    return words
