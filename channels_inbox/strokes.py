"""What the bell tells of channels: that a provider lets us into a mailbox no more."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from channels_inbox.models import Channel, Consent
from events.models import Event
from tickets import bell


def is_consents_end(event: Event) -> bool:
    return "consent.ended" in event.payload["fields"]


@bell.tells("channel.changed")
def words(events: list[Event]) -> dict[int, bell.Word]:
    """As long as the channel is there."""
    found = Channel.objects.select_related("consent").in_bulk({event.subject_id for event in events})
    channels = {event.pk: found.get(event.subject_id or 0) for event in events if is_consents_end(event)}
    return {pk: _word(channel) for pk, channel in channels.items() if channel is not None}


def _word(channel: Channel) -> bell.Word:
    consent: Consent | None = getattr(channel, "consent", None)
    place = (
        reverse("consent", args=[channel.pk, consent.provider])
        if consent
        else reverse("channel", args=[channel.pk])
    )
    says = _("{name} neither gets nor sends mail: its provider wants you to connect it again")
    return bell.Word(
        says=format_html(says, name=format_html("<b><bdi>{}</bdi></b>", channel.name)),
        about=channel.address,
        href=place,
        icon="unplug",
    )
