"""Agents who are told by mail what happens on tickets of theirs, each as he wishes.

Who is told: the assignee and the followers when a customer wrote; the assignee when a ticket becomes his. Never about
what a program wrote, what he did himself, or spam; and no more than a person can read (`caps.may_tell`).
"""

from __future__ import annotations

from collections.abc import Iterable

from agents.models import Agent
from channels_inbox import caps, signing
from channels_inbox.delivery import channel_for
from channels_inbox.models import About, Channel, Direction, Envelope, Recipient, Silence
from channels_inbox.models.recipient import is_sendable
from events import history
from events.models import Event
from tickets.models import Message, MessageKind, Ticket


def consider(event: Event) -> None:
    """Put mails into envelopes for those who wish to be told. Within the event's transaction and the ticket's lock."""
    if history.moment() is not None:
        return
    if event.kind == "message.received":
        _of_message(event)
    else:
        _of_assignment(event)


def _of_message(event: Event) -> None:
    if event.payload["automatic"]:
        return
    concerned = event.subject.concerned()
    if not concerned:
        return
    if agents := list(_others(Agent.wishing_mail().filter(pk__in=concerned), event)):
        _tell(agents, event.at_hand["message"], About.WRITTEN, event)


def _of_assignment(event: Event) -> None:
    assignee = event.payload["now"]
    if not assignee or (event.actor_kind, event.actor_id) == ("agent", assignee):
        return
    agents = list(Agent.wishing_mail().filter(pk=assignee))
    said = Message.objects.filter(ticket=event.ticket_id, redacted_at=None).select_related(
        "ticket__team", "customer"
    )
    newest = said.filter(kind__in=[MessageKind.CUSTOMER, MessageKind.REPLY]).order_by("-number")
    if agents and (message := newest.filter(kind=MessageKind.CUSTOMER).first() or newest.first()):
        _tell(agents, message, About.ASSIGNED, event)


def _others(agents: Iterable[Agent], event: Event) -> Iterable[Agent]:
    """Without whoever did it."""
    by = event.actor_id if event.actor_kind == "agent" else None
    return (agent for agent in agents if agent.pk != by)


def _tell(agents: Iterable[Agent], message: Message, about: About, event: Event) -> None:
    ticket = message.ticket
    channel = _channel_for(ticket)
    if channel is None or ticket.spam_at is not None:
        return
    for agent in agents:
        if _can_be_told(agent, message) and caps.may_tell(agent, ticket):
            named = signing.notification_id(ticket.pk, agent.pk, event.pk)
            envelope, made = Envelope.objects.get_or_create(
                message=message,
                agent=agent,
                about=about,
                direction=Direction.OUT,
                defaults={"channel": channel, "address": agent.email, "provider_id": named},
            )
            if made:
                Recipient.write(envelope.pk, [agent.email], is_sendable)
                envelope.enqueue()


def _channel_for(ticket: Ticket) -> Channel | None:
    """By which mail about the ticket leaves, whatever the customer writes by."""
    channel = channel_for(ticket)
    return channel if channel and channel.kind == "email" else Channel.objects.mail_for(ticket.team)


def _can_be_told(agent: Agent, message: Message) -> bool:
    """Not where mail to him would come back to the desk, goes nowhere, or is his own."""
    address = agent.email.lower()
    if not is_sendable(address) or Channel.objects.ours_among([address]) or Silence.objects.among([address]):
        return False
    writer = message.customer
    return writer is None or not writer.identities.filter(key=address).exists()
