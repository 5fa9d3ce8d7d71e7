"""What becomes of a mail of ours that came back: its message has failed, visibly, with the reason."""

from collections.abc import Mapping

from channels_inbox.adapters.contract import DeliveryError
from channels_inbox.models import Direction, Envelope
from tickets.models import Message


def settle(
    envelope_id: int | None,
    message: tuple[int, int] | None,
    notification: tuple[int, int, int] | None,
    failures: Mapping[str, DeliveryError],
) -> Message | None:
    """Mark those to whom it did not go. The message of ours that it is about, or None where there is none (any more).

    Only its own recipients can fail: a report about somebody else, forged or not, changes nothing."""
    envelope = _envelope(envelope_id, message, notification)
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


def _envelope(
    pk: int | None, message: tuple[int, int] | None, notification: tuple[int, int, int] | None
) -> Envelope | None:
    sent = Envelope.objects.filter(direction=Direction.OUT).select_related("message__ticket", "agent")
    if pk is not None:
        return sent.filter(pk=pk).first()
    if message is not None:
        return sent.filter(message=message[1], message__ticket=message[0], agent=None).first()
    ticket, agent, event = notification or (0, 0, 0)
    mails = sent.filter(message__ticket=ticket, agent=agent)
    return mails.filter(provider_id__startswith=f"n{ticket}.{agent}.{event}.").first()
