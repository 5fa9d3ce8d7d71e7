"""What this room does when something happened elsewhere."""

from agents.models import Agent, Notice, Role
from channels_inbox import delivery, erasing, merging, notifications, strokes
from channels_inbox.adapters.email.reasons import NO_MAILBOX
from channels_inbox.models import Envelope, Recipient, Report, Silence
from customers.models import Merge
from events import history
from events.bus import on, within
from events.models import Event
from tickets.models import Message, Ticket


@within("reply.written")
def post_at_once(event: Event) -> None:
    if history.moment() is None and delivery.is_at_once(event):
        delivery.post_now(event.at_hand["message"], is_new=True)


@on("reply.written", when=lambda event: not delivery.is_at_once(event))
def post_it(event: Event) -> None:
    related = Message.objects.select_related("ticket__customer", "ticket__team")
    delivery.post(related.get(pk=event.payload["message"]))


@within("notice.written")
def post_notice(event: Event) -> None:
    """Nobody waits for the transaction that writes one, and a task of its own would cost more than it. Nothing of long
    ago leaves now."""
    if history.moment() is None:
        delivery.post_now(event.at_hand["message"], is_new=True)


@on("mail.reported")
def hear_report(event: Event) -> None:
    report = Report.objects.select_related("recipient").filter(pk=event.payload["report"]).first()
    if report is not None:
        Envelope.objects.select_related("message__ticket").get(pk=report.recipient.envelope_id).hear(report)


@on("reply.failed")
def consider_silence(event: Event) -> None:
    """Whether one of those to whom it did not go has failed for good too often."""
    failed = Recipient.objects.failed().filter(envelope__message=event.payload["message"], reason=NO_MAILBOX)
    for address in failed.values_list("address", flat=True):
        if silence := Silence.consider(address, NO_MAILBOX):
            assert event.ticket_id is not None
            ticket = Ticket.objects.get(pk=event.ticket_id)
            ticket.lock()
            ticket.changed("ticket.address_silenced", None, silence=silence.pk, because="failed")


@on("agent.mail_failed")
def consider_agents_silence(event: Event) -> None:
    failed = Recipient.objects.failed().filter(envelope=event.payload["envelope"], reason=NO_MAILBOX)
    for address in failed.values_list("address", flat=True):
        Silence.consider(address, NO_MAILBOX)


@on("channel.changed", when=strokes.is_consents_end)
def ring_the_bell(event: Event) -> None:
    Notice.ring(Agent.objects.filter(role=Role.ADMINISTRATOR), event)


@within("message.received", "ticket.assigned")
def tell_agents(event: Event) -> None:
    """In the change's own transaction: mostly there is nobody to be told, and a task each to find that out costs
    more than all else that is done for a mail."""
    notifications.consider(event)


@within("customer.merged")
def bring_threads(event: Event) -> None:
    merging.bring(Merge.objects.get(pk=event.payload["merge"]))


@within("customer.unmerged")
def give_threads_back(event: Event) -> None:
    merging.give_back(Merge.objects.get(pk=event.payload["merge"]))


@within("file.redacted")
def forget_bytes(event: Event) -> None:
    erasing.forget_bytes(event.payload["message"])


@within("message.redacted")
def forget_message(event: Event) -> None:
    erasing.forget_message(event.payload["message"])


@within("customer.erased")
def forget_customer(event: Event) -> None:
    assert event.subject_id is not None
    erasing.forget_customer(event.subject_id)
