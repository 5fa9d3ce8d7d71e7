"""What a parcel of mail holds: for customers' tickets, for agents, or for us alone."""

from channels_inbox import bounces, round_trip
from channels_inbox.adapters.contract import Incoming
from channels_inbox.adapters.email.answers import answers, is_for_agents
from channels_inbox.adapters.email.forwards import as_customers
from channels_inbox.adapters.email.incoming import read
from channels_inbox.adapters.email.parse import parse
from channels_inbox.adapters.email.returns import returned
from channels_inbox.models import Parcel


def opened(parcel: Parcel) -> list[Incoming]:
    """What customers say in it; nothing where it was our own test mail or tells of a mail that came back."""
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
