"""What becomes of a customer's letter that an agent passed on, beside the customer's ticket: the agent's own words."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agents.models import Agent
from channels_inbox.adapters.contract import Forward
from tickets.models import Message, Ticket


def note(ticket: Ticket, forward: Forward) -> Message:
    """For colleagues: what he wrote above it, that it was passed on, and when the customer wrote it. He himself is
    not on the ticket by that."""
    agent = Agent.objects.get(pk=forward.agent_id)
    with translation.override(agent.language):
        words = [forward.comment, _passed_on(forward.written, agent)]
    return ticket.note(agent, text="\n\n".join(filter(None, words)))


def _passed_on(written: str, agent: Agent) -> str:
    if not written:
        return _("Forwarded by mail.")
    try:
        local = datetime.fromisoformat(written).astimezone(ZoneInfo(agent.time_zone))
        written = date_format(local, "DATETIME_FORMAT")
    except ValueError:
        written = f"\u2068{written[:200]}\u2069"
    return _("Forwarded by mail. The customer wrote it on: %(date)s") % {"date": written}
