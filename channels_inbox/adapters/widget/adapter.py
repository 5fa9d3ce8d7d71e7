"""The website's chat, as the border sees it. What visitors write comes by `saying.py`, not as parcels; what goes to
them is shown by `showing.py` in the transaction that writes it, so that there is nothing left to hand over."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from channels_inbox.adapters.contract import Handover, Incoming, Unreadable
from channels_inbox.models import Channel, Envelope, Parcel
from customers.models import IdentityKind
from tickets.models import Message


class WidgetAdapter:
    kind = "widget"
    label = _("Live chat")
    source = "chat"
    identity_kind = IdentityKind.VISITOR
    hold = timedelta(0)
    is_chat = True
    is_at_once = True
    icon = "message-circle"
    about = _("A bubble on your website, in which visitors talk with you.")
    new_page, page = "channel-widget-new", "channel-widget"

    def is_address(self, address: str) -> bool:
        return bool(address)

    def open(self, parcel: Parcel) -> list[Incoming]:
        raise Unreadable("Chats do not come as parcels.")

    def id_for(self, message: Message, channel: Channel) -> str:
        return f"widget:{message.pk}"

    def deliver(self, envelope: Envelope) -> Handover:
        return Handover()


adapter = WidgetAdapter()
