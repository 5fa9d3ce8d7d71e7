"""Agents' answers to the mails that told them of something, known by the address that they go to.

The address was made for one agent and one ticket, and only his mailbox has seen it: whoever writes to it in his name
is believed. All else that comes there is refused, and kept for an administrator to look at.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from agents.models import Agent
from channels_inbox import caps, signing
from channels_inbox.adapters.contract import Held, Incoming, Refused
from channels_inbox.adapters.email.belonging import recipients
from channels_inbox.adapters.email.parse import Mail
from channels_inbox.models import Hold, Parcel
from customers.models import IdentityKind
from customers.models.identity import key_of
from text.quotes import own_words
from tickets.models import Ticket

# Programs that say nothing of it in their headers (RFC 3834 asks them to).
_ABSENT = re.compile(
    r"\s*\W{0,3}(?:auto(?:matic)?[- ]?(?:reply|response|answer)|automatische antwort|abwesenheit|réponse automatique|"
    r"respuesta automática|risposta automatica|автоответ|out of (?:the )?office|i am (?:away|out)|"
    r"(?:ال)?رد (?:ال)?تلقائي|(?:ال)?رد (?:ال)?آلي|خارج المكتب|پاسخ خودکار|خارج از دفتر|در مرخصی)",
    re.IGNORECASE,
)


def is_for_agents(mail: Mail, meta: Mapping[str, Any]) -> bool:
    """Whether it came to an address that only agents are given, or to one that looks so."""
    return signing.look_like_agents(recipients(mail, meta))


def answers(mail: Mail, parcel: Parcel, incoming: Incoming) -> list[Incoming]:
    """The agent's words on his ticket; nothing where only a program answered, as when he is away. Raises Held, or
    Refused where it is known in whose name it was written. What an administrator released and is still not believed
    is a customer's mail."""
    try:
        found = signing.agent_of_addresses(recipients(mail, parcel.meta))
        if found is None:
            raise Held(Hold.FORGED)
        if incoming.automatic or _ABSENT.match(mail.subject):
            return []
        return [_answer(mail, incoming, found, released=parcel.released_at is not None)]
    except Held:
        if parcel.released_at is None:
            raise
        return [incoming]


def _answer(mail: Mail, incoming: Incoming, found: signing.ForAgent, *, released: bool) -> Incoming:
    agent = Agent.objects.filter(pk=found.agent_id).first()
    ticket = Ticket.objects.select_related("team").filter(pk=found.ticket_id).first()
    if agent is None or ticket is None:
        raise Held(Hold.FORGED)
    words = own_words(mail.text).strip()
    why = _objection(agent, ticket, found, incoming)
    if not why and not words and not incoming.files:
        why = Hold.EMPTY
    if not why and not released and caps.answers_too_often(agent, ticket):
        why = Hold.LOOP
    if why:
        raise Refused(why, agent.pk, ticket.pk)
    files = incoming.loose_files()
    return replace(incoming, text=words, html="", files=files, answers_as=agent.pk, ticket_id=ticket.pk)


def _objection(agent: Agent, ticket: Ticket, found: signing.ForAgent, incoming: Incoming) -> Hold | None:
    """Why it is not believed to be the agent's answer."""
    if not agent.is_active:
        return Hold.AGENT_GONE
    if key_of(IdentityKind.EMAIL, incoming.address) != key_of(IdentityKind.EMAIL, agent.email):
        return Hold.NOT_HIS
    if "unproved" in incoming.flags:
        return Hold.UNPROVED
    if not ticket.is_visible_to(agent):
        return Hold.NO_RIGHT
    return None if found.is_current else Hold.EXPIRED
