"""What becomes of a mail of ours that came back: its message has failed, visibly, with the reason."""

from collections.abc import Mapping

from channels_inbox.adapters.contract import DeliveryError
from channels_inbox.models import Envelope
from tickets.models import Message


def settle(
    envelope_id: int | None, message: tuple[int, int] | None, failures: Mapping[str, DeliveryError]
) -> Message | None:
    """Mark those to whom it did not go. The message of ours that it is about, or None where there is none (any more).

    Only its own recipients can fail: a report about somebody else, forged or not, changes nothing."""
    sent = Envelope.objects.outgoing().select_related("message__ticket")
    if envelope_id is not None:
        envelope = sent.filter(pk=envelope_id).first()
    else:
        ticket, number = message or (0, 0)
        envelope = sent.filter(message=number, message__ticket=ticket).first()
    if envelope is None:
        return None
    addresses = {
        address.lower(): address for address in envelope.recipients.values_list("address", flat=True)
    }
    for named, error in failures.items():
        only = next(iter(addresses.values())) if len(addresses) == 1 and envelope_id is not None else ""
        if address := addresses.get(named, "" if named and envelope_id is None else only):
            envelope.bounce(address, error.reason, error.detail)
    return envelope.message
