"""When an agent leaves: his open tickets go to somebody else, or back to the pile, with him or not at all."""

from django.db import transaction

from agents.models import Agent
from tickets.models import Pile, Ticket


def open_tickets(agent: Agent) -> int:
    """How many tickets wait for him: active or snoozed."""
    return _waiting_for(agent).count()


@transaction.atomic
def deactivate(agent: Agent, by: Agent, *, to: Agent | None) -> int:
    """He can no longer sign in, and his open tickets are `to`'s, or nobody's. Gives back how many they were.
    Raises LastAdministrator, or ValueError when `to` is himself or no longer active."""
    if to is not None and to.pk == agent.pk:
        raise ValueError("He cannot keep them.")
    agent = Agent.objects.select_for_update().get(pk=agent.pk)
    tickets = list(_waiting_for(agent).order_by("pk"))
    for ticket in tickets:
        ticket.assign(to, by)
    agent.deactivate(by, to, len(tickets))
    return len(tickets)


def _waiting_for(agent: Agent):
    return Ticket.objects.filter(assignee=agent, pile__in=[Pile.ACTIVE, Pile.SNOOZED])
