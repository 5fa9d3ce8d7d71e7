"""What the customer's pane shows of the person, ready to print."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db.models import F
from django.utils.formats import date_format
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _

from customers import phones
from customers.models import Customer, Identity, IdentityKind, Merge, Tier
from text.dates import written


def about(customer: Customer, *, has_merges: bool = True) -> dict[str, Any]:
    """For `customers/about.html`. Two queries: identities, if not at hand, and merges that can be undone, if any."""
    identities = [_shown(one) for one in customer.identities.all()]
    return {
        "customer": customer,
        "identities": identities,
        "since": _("Customer since %(date)s") % {"date": written(localtime(customer.created_at), "F Y")},
        "vip": customer.tier == Tier.VIP,
        "language": customer.get_language_display() if customer.language else "",
        "languages": settings.LANGUAGES,
        "tiers": Tier.choices,
        "local_time": _local_time(customer.time_zone),
        "merges": _merges(customer) if has_merges else [],
    }


def _merges(customer: Customer) -> list[Any]:
    merges = Merge.objects.filter(kept=customer, undone_at=None).order_by("-id")
    return list(merges.values("pk", gone_name=F("gone__name"))[:5])


def _shown(identity: Identity) -> dict[str, Any]:
    """An address, with the place where a long one may break: before its @."""
    value = identity.value
    if identity.kind == IdentityKind.PHONE:
        value = phones.shown(identity.key)
    at = max(value.rfind("@"), 0)
    return {
        "label": identity.get_kind_display(),
        "before": value[:at],
        "after": value[at:],
        "verified": identity.verified_at is not None,
    }


def _local_time(zone: str) -> str:
    """The time where the customer is, with the place; nothing when it is not known."""
    try:
        local = now().astimezone(ZoneInfo(zone)) if zone else None
    except (ZoneInfoNotFoundError, ValueError):
        local = None
    return f"{date_format(local, 'H:i')}, {zone.rpartition('/')[2].replace('_', ' ')}" if local else ""
