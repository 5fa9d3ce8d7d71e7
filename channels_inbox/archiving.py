"""Mail of before we were here: kept as closed tickets that nobody has to do with."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from channels_inbox.adapters.contract import Incoming
from channels_inbox.intake import known, receive
from channels_inbox.models import Channel
from events.history import as_of
from tickets.models import Message


@transaction.atomic(savepoint=False)
def keep(channel: Channel, incoming: Incoming, at: datetime) -> Message:
    """As `intake.receive`, but old news of that moment: no acknowledgement, rule, clock or question follows, no open
    page is told, and what it becomes is closed. What has come before stays what it is."""
    if message := known(incoming):
        return message
    with as_of(at):
        message = receive(channel, replace(incoming, ticket_id=None, passed_ticket_id=None, at=at))
        message.ticket.shelve(at)
    return message
