"""Time that passes for a ticket's promises while nobody waits for it."""

from datetime import timedelta

from tests.plugins.desk import Desk

PUT_BACK = """
from datetime import timedelta
from tests.automation.sla.conftest import put_back
from tickets.models import Ticket
put_back(Ticket.objects.get(subject={subject!r}), timedelta(seconds={seconds}))
"""


def let_pass(desk: Desk, subject: str, time: timedelta) -> None:
    """All that was promised about the ticket was promised so much earlier."""
    desk.manage("shell", "-c", PUT_BACK.format(subject=subject, seconds=time.total_seconds()))
