"""What the website's chat does when something happened elsewhere."""

from django.db.models import Q

from channels_inbox import delivery
from channels_inbox.adapters.widget.adapter import adapter
from channels_inbox.adapters.widget.models import Conversation, Ended, Line, Visitor
from channels_inbox.adapters.widget.saying import is_said_here
from channels_inbox.adapters.widget.showing import is_shown, push_line
from customers.models import Identity, IdentityKind
from events.bus import on, within
from events.models import Event
from tickets.models import Message, Ticket


def began_as_chat(event: Event) -> bool:
    """Whether its ticket did: no other leads to a conversation."""
    return event.subject.source == adapter.source


@within("reply.written", "notice.written")
def show(event: Event) -> None:
    """In its own transaction: the visitor has it the moment that it is written, in the order in which it is."""
    conversation = Conversation.objects.on(event.ticket_id) if began_as_chat(event) else None
    if conversation is None:
        return
    message = event.at_hand["message"]
    if is_shown(message) and _goes_there(conversation, event.subject):
        _show(conversation, message)


def _show(conversation: Conversation, message: Message) -> None:
    line, is_new = conversation.add(message)
    if is_new:
        push_line(conversation, line)


def _goes_there(conversation: Conversation, ticket: Ticket) -> bool:
    """Not what answers a mail of his, unless his address is proved: whoever said it may not be who reads it."""
    channel = delivery.channel_for(ticket)
    here = channel is not None and channel.kind == adapter.kind
    return here or conversation.visitor.is_signed


@on("message.received", when=lambda event: began_as_chat(event) and not is_said_here())
def show_mail(event: Event) -> None:
    """What a customer of a proved address wrote by mail stands in his chat too."""
    conversation = Conversation.objects.on(event.ticket_id)
    if conversation is None or not conversation.visitor.is_signed:
        return
    message = Message.objects.filter(
        pk=event.payload["message"], customer=conversation.ticket.customer_id
    ).first()
    if message is not None and not message.automatic:
        _show(conversation, message)


@within("message.redacted", "file.redacted", "choice.made")
def show_changed(event: Event) -> None:
    lines = Line.objects.select_related("conversation__visitor", "message__agent")
    line = lines.filter(message=event.payload["message"]).first()
    if line is not None:
        push_line(line.conversation, line, changed=True)


@on("ticket.solved", "ticket.closed", when=began_as_chat)
def end_chat(event: Event) -> None:
    if conversation := Conversation.objects.on(event.ticket_id):
        conversation.end(Ended.AGENT)


@within("customer.erased")
def forget_visitors(event: Event) -> None:
    """What his browsers told of him; their tokens open nothing any more."""
    own = Conversation.objects.filter(thread__customer=event.subject_id)
    addresses = Identity.objects.filter(customer=event.subject_id, kind=IdentityKind.EMAIL).values("key")
    for visitor in Visitor.objects.filter(Q(pk__in=own.values("visitor")) | Q(email__in=addresses)):
        visitor.forget()
    own.update(answers=[])
