"""How much may go to one address, and come from it: what ends two machines that answer each other, and floods."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext_noop

from agents.models import Agent
from channels_inbox.models import Direction, Envelope, Recipient
from channels_inbox.models.silence import HELD
from channels_inbox.wording import ACKNOWLEDGEMENT
from events.counting import counted
from events.prepared import Prepared
from tickets.models import Message, Ticket

SHORT, MOST_SHORT, MOST_EVER = timedelta(minutes=10), 10, 30
"""To one recipient on one ticket."""
HOUR, MOST_ACKNOWLEDGEMENTS = timedelta(hours=1), 3
"""To one address, whatever they are about."""
MOST_TOLD_SHORT, MOST_TOLD = 5, 60
"""Notifications to one agent: about one ticket in ten minutes, about all in an hour."""
MOST_ANSWERS = 8
"""By mail, of one agent on one ticket in ten minutes."""
MOST_FROM_ONE = 200
"""Messages of one address on one channel that arrive within the same ten minutes of the clock."""

LOOP_FLAG, ANYWAY_FLAG = "loop", "sent-anyway"

LOOP = gettext_noop("Held back: so many mails went there that two machines may be answering each other.")
HELD_BACK = (LOOP, *HELD.values())


def may_acknowledge(address: str) -> bool:
    """Whether another acknowledgement may go to the address now. Whoever asks is the only one to ask for it until
    his transaction ends."""
    _alone_with(address)
    return len(_confirmed(address.upper(), now() - HOUR)) < MOST_ACKNOWLEDGEMENTS


@Prepared
def _confirmed(address: str, since: datetime) -> QuerySet[Recipient, int]:
    """As many as matter of the confirmations that went to the address, in capitals, since then."""
    confirmed = Recipient.objects.at(address).filter(envelope__message__purpose=ACKNOWLEDGEMENT)
    recent = confirmed.filter(envelope__created_at__gt=since).exclude(reason__in=HELD_BACK)
    return recent.values_list("pk", flat=True)[:MOST_ACKNOWLEDGEMENTS]


def looping(message: Message, addresses: Iterable[str]) -> set[str]:
    """Those of `addresses` who had as much of its ticket before as a machine would send. Under the ticket's lock.

    What an agent sent all the same says that there is no loop: the count begins anew."""
    ticket = message.ticket
    if message.number <= min(MOST_SHORT, MOST_EVER):
        return set()
    earlier = Recipient.objects.filter(envelope__message__ticket=ticket, envelope__agent=None)
    earlier = earlier.exclude(envelope__message=message)
    earlier = earlier.exclude(reason__in=HELD_BACK)
    if last := ticket.messages.filter(flags__contains=[ANYWAY_FLAG]).order_by("-number").first():
        earlier = earlier.filter(envelope__message__number__gte=last.number)
    times: dict[str, list] = {}
    for address, at in earlier.values_list("address", "envelope__created_at"):
        times.setdefault(address.lower(), []).append(at)
    short = now() - SHORT
    return {
        address
        for address in addresses
        if len(had := times.get(address.lower(), [])) >= MOST_EVER
        or sum(at > short for at in had) >= MOST_SHORT
    }


def may_tell(agent: Agent, ticket: Ticket) -> bool:
    """Whether another notification about the ticket may go to the agent now. Under the ticket's lock."""
    told = Envelope.objects.notifications().filter(agent=agent)
    if told.filter(created_at__gt=now() - HOUR)[:MOST_TOLD].count() == MOST_TOLD:
        return False
    lately = told.filter(message__ticket=ticket, created_at__gt=now() - SHORT)
    return lately[:MOST_TOLD_SHORT].count() < MOST_TOLD_SHORT


def answers_too_often(agent: Agent, ticket: Ticket) -> bool:
    """Whether as many answers came of the agent on the ticket as only a program would write."""
    came = Envelope.objects.filter(direction=Direction.IN, agent=agent, message__ticket=ticket)
    return came.filter(created_at__gt=now() - SHORT)[:MOST_ANSWERS].count() == MOST_ANSWERS


def floods(channel_id: int | None, address: str, at: datetime) -> bool:
    """Whether what came from the address at that moment is more than a person, or most programs, would send."""
    name = hashlib.sha256(f"{channel_id} {address.lower()}".encode()).hexdigest()
    return counted(f"arrived-{name}", int(SHORT.total_seconds()), at.timestamp()) > MOST_FROM_ONE


def _alone_with(address: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"ack {address.lower()}"])
