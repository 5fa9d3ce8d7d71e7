"""The confirmation of a new request, which nobody writes by hand."""

from __future__ import annotations

from django.db import transaction

from channels_inbox.caps import may_acknowledge
from channels_inbox.delivery import can_reach
from channels_inbox.language import language_for
from channels_inbox.models import Envelope, Outlet, Thread
from channels_inbox.wording import ACKNOWLEDGEMENT, facts, said, words_of
from tickets.models import Message, Ticket


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
