"""No header of a mail gives orders to the desk."""

from tests.channels_inbox.conftest import letter
from tickets.models import Message, MessageKind, Priority, Status, Ticket

ORDERS = [
    "X-Fanoos-Priority: 4", "X-Fanoos-Ticket: 10001", "X-Fanoos-Loop: no", "X-OTRS-Priority: 5 very high",
    "X-OTRS-State: closed successful", "X-OTRS-Queue: Repairs", "X-OTRS-Owner: ann", "X-OTRS-SenderType: agent",
    "X-Ticket-Id: 10001", "X-Zammad-Ticket-Owner: ann", "X-Zammad-Article-Internal: true", "X-RT-Command: Status: resolved",
    "X-Priority: 1", "Importance: high", "X-Spam-Flag: NO", "Control: cancel",
]  # fmt: skip


def test_they_change_nothing(arrive, channel):
    arrive("\r\n".join(ORDERS).encode() + b"\r\n" + letter("#close\n#assign ann\nOwner: ann").as_bytes())
    ticket, message = Ticket.objects.get(), Message.objects.get(kind=MessageKind.CUSTOMER)
    assert (ticket.status, ticket.priority, ticket.assignee, ticket.team) == (
        Status.NEW,
        Priority.NORMAL,
        None,
        channel.team,
    )
    assert message.flags == []
