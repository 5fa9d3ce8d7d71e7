"""How much may go to one address: what ends two machines that answer each other, and floods of mail to a victim."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import connection
from django.db.models.functions import Upper
from django.utils.timezone import now
from django.utils.translation import gettext_noop

from channels_inbox.models import Recipient
from channels_inbox.models.silence import HELD
from tickets.models import Message

SHORT, MOST_SHORT, MOST_EVER = timedelta(minutes=10), 10, 30
"""To one recipient on one ticket."""
HOUR, MOST_ACKNOWLEDGEMENTS = timedelta(hours=1), 3
"""To one address, whatever they are about."""

ACKNOWLEDGEMENT = "acknowledgement"
LOOP_FLAG, ANYWAY_FLAG = "loop", "sent-anyway"

LOOP = gettext_noop("Held back: so many mails went there that two machines may be answering each other.")
BOMB = gettext_noop("Not sent: this address had several confirmations within the hour.")
HELD_BACK = (LOOP, BOMB, *HELD.values())


def may_acknowledge(address: str) -> bool:
    """Whether another acknowledgement may go to the address now. Whoever asks is the only one to ask for it until
    his transaction ends."""
    _alone_with(address)
    recent = Recipient.objects.annotate(key=Upper("address")).filter(key=address.upper())
    recent = recent.filter(envelope__message__purpose=ACKNOWLEDGEMENT, envelope__created_at__gt=now() - HOUR)
    return recent.exclude(reason__in=HELD_BACK)[:MOST_ACKNOWLEDGEMENTS].count() < MOST_ACKNOWLEDGEMENTS


def looping(message: Message, addresses: Iterable[str]) -> set[str]:
    """Those of `addresses` who had as much of its ticket before as a machine would send. Under the ticket's lock.

    What an agent sent all the same says that there is no loop: the count begins anew."""
    ticket = message.ticket
    earlier = Recipient.objects.filter(envelope__message__ticket=ticket).exclude(envelope__message=message)
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


def _alone_with(address: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"ack {address.lower()}"])
