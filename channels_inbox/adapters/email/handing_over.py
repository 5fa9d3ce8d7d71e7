"""An envelope composed and handed to the next server, for those of its recipients who wait for it."""

from channels_inbox.adapters.contract import Handover
from channels_inbox.adapters.email.notification import compose_notification
from channels_inbox.adapters.email.outgoing import compose
from channels_inbox.adapters.email.sending import send
from channels_inbox.models import Envelope, Outlet


def handed_over(envelope: Envelope) -> Handover:
    """Raises DeliveryError where the server took it for none of them."""
    waiting = list(envelope.recipients.waiting().values_list("address", flat=True))
    if not waiting:
        return Handover()
    mail = compose(envelope) if envelope.agent_id is None else compose_notification(envelope)
    return send(mail, Outlet.of(envelope.channel), waiting)
