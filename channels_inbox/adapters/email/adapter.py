"""Mail, as the border sees it."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from channels_inbox import bounces, round_trip, signing
from channels_inbox.adapters.contract import Handover, Incoming
from channels_inbox.adapters.email.answers import answers, is_for_agents
from channels_inbox.adapters.email.forwards import as_customers
from channels_inbox.adapters.email.incoming import read
from channels_inbox.adapters.email.notification import compose_notification
from channels_inbox.adapters.email.outgoing import compose
from channels_inbox.adapters.email.parse import parse
from channels_inbox.adapters.email.returns import returned
from channels_inbox.adapters.email.sending import send
from channels_inbox.models import Channel, Envelope, Outlet, Parcel
from channels_inbox.models.recipient import is_sendable
from customers.models import IdentityKind
from tickets.models import Message


class EmailAdapter:
    kind = "email"
    label = _("Email")
    source = "email"
    identity_kind = IdentityKind.EMAIL
    hold = timedelta(seconds=10)
    is_chat = False
    is_at_once = False
    icon = "mail"
    about = _("The mail to an address becomes tickets, and replies go out by mail.")
    new_page, page = "channel-new", "channel"

    def is_address(self, address: str) -> bool:
        return is_sendable(address)

    def open(self, parcel: Parcel) -> list[Incoming]:
        if round_trip.arrived(parcel.meta.get("to", [])):
            return []
        mail = parse(bytes(parcel.raw))
        if back := returned(mail, parcel.meta):
            parcel.message = bounces.settle(back.envelope_id, back.message, back.notification, back.failures)
            if parcel.message:
                return []
        incoming = read(mail, parcel.meta, parcel.received_at)
        if "archive" in parcel.meta:
            return [incoming]
        if customers := as_customers(mail, parcel, incoming):
            return [customers]
        if is_for_agents(mail, parcel.meta):
            return answers(mail, parcel, incoming)
        return [incoming]

    def id_for(self, message: Message, channel: Channel) -> str:
        return signing.message_id(message.ticket_id, message.pk)

    def deliver(self, envelope: Envelope) -> Handover:
        waiting = list(envelope.recipients.waiting().values_list("address", flat=True))
        if not waiting:
            return Handover()
        mail = compose(envelope) if envelope.agent_id is None else compose_notification(envelope)
        return send(mail, Outlet.of(envelope.channel), waiting)


adapter = EmailAdapter()
