"""What agents answer by mail: their reply or note on the ticket, or a mail that is not believed to be theirs."""

import re

from django.db import transaction

from agents.models import Agent
from channels_inbox.adapters.contract import Incoming, Refused
from channels_inbox.models import Parcel
from tickets.models import Attachment, Message, Ticket

_NOTE = re.compile(r"\s*\[\s*(?:note|ملاحظة|یادداشت)\s*\]\s*", re.IGNORECASE)


@transaction.atomic
def take(incoming: Incoming, files: list[Attachment]) -> Message:
    """The agent's reply to all, as the desk offers it, which he can take back there for as long as any other; a note
    where it begins with [note]."""
    assert incoming.answers_as is not None
    assert incoming.ticket_id is not None
    agent = Agent.objects.get(pk=incoming.answers_as)
    ticket = Ticket.objects.select_related("customer", "team").get(pk=incoming.ticket_id)
    if mark := _NOTE.match(incoming.text):
        return ticket.note(agent, text=incoming.text[mark.end() :], attachments=files)
    return ticket.reply(agent, text=incoming.text, cc=ticket.audience()["others"], attachments=files)


@transaction.atomic
def refuse(parcel: Parcel, refused: Refused) -> None:
    """Put it aside, and say so on the ticket: somebody may be writing in the agent's name."""
    parcel.hold(refused.why)
    ticket = Ticket.objects.get(pk=refused.ticket_id)
    ticket.lock()
    ticket.changed("ticket.answer_refused", None, agent=refused.agent_id, reason=str(refused.why))
