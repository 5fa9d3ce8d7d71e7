"""What an operator watches: work that waits, and work that was given up. Counted when asked, by indexed states."""

from collections.abc import Iterator

from django.db.models import Count, Model, TextChoices
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from channels_inbox.models import Envelope, EnvelopeState, Parcel, ParcelState
from events.models import Receipt, ReceiptState

WATCHED: dict[str, tuple[type[Model], str, list[TextChoices]]] = {
    "fanoos_receipts": (Receipt, "Reactions to events", [ReceiptState.PENDING, ReceiptState.DEAD]),
    "fanoos_parcels": (Parcel, "Messages as they came in", [ParcelState.WAITING, ParcelState.QUARANTINED]),
    "fanoos_envelopes": (
        Envelope,
        "Messages going out",
        [EnvelopeState.PENDING, EnvelopeState.SENDING, EnvelopeState.FAILED],
    ),
}


class Waiting(Collector):
    """One gauge a table, labelled by state."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, (model, text, states) in WATCHED.items():
            gauge = GaugeMetricFamily(name, f"{text}, by state", labels=["state"])
            found = dict(
                model._default_manager.filter(state__in=states)
                .values_list("state")
                .annotate(Count("pk"))
                .order_by("state")
            )
            for state in states:
                gauge.add_metric([state.value], found.get(state.value, 0))
            yield gauge


REGISTRY = CollectorRegistry()
REGISTRY.register(Waiting())
