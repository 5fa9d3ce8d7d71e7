"""Mail, as the border sees it. What reads and what composes it is loaded when it is used: pages need neither."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from channels_inbox import signing
from channels_inbox.adapters.contract import Handover, Incoming
from channels_inbox.models import Channel, Envelope, Parcel
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
        from channels_inbox.adapters.email.opening import opened

        return opened(parcel)

    def id_for(self, message: Message, channel: Channel) -> str:
        return signing.message_id(message.ticket_id, message.pk)

    def deliver(self, envelope: Envelope) -> Handover:
        from channels_inbox.adapters.email.handing_over import handed_over

        return handed_over(envelope)


adapter = EmailAdapter()
