"""Promises of a period: how many of each policy's were kept, and what stood in the way of the others."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from automation.models import Policy, Promise
from reports.overview import Asked
from reports.promises import Kept

REASONS = {
    "nobody": _("nobody had the ticket"),
    "moved": _("it had changed hands"),
    "waited": _("its agent did not get to it"),
}
"""How a ticket stood at the moment when the promise broke, by its events."""


@dataclass(slots=True)
class Line:
    """One promise of a policy; `policy` is None where that is gone."""

    policy: Policy | None
    promise: Promise
    kept: Kept = field(default_factory=Kept)
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def because(self) -> list[int]:
        """How many for each of REASONS."""
        return [self.reasons[reason] for reason in REASONS]


def lines(asked: Asked) -> list[Line]:
    """By the policies' order."""
    told = asked.outcomes().values_list("policy_id", "promise", "reason").annotate(many=Count("*"))
    policies = Policy.objects.in_bulk()
    found: dict[tuple[int | None, str], Line] = {}
    for policy_id, promise, reason, many in told:
        policy = policies.get(policy_id or 0)
        key = (policy.pk if policy else None, promise)
        line = found.setdefault(key, Line(policy, Promise(promise)))
        line.kept += Kept(broken=many) if reason else Kept(kept=many)
        if reason:
            line.reasons[reason] += many
    order = list(Promise)
    return sorted(
        found.values(),
        key=lambda line: (
            line.policy is None,
            line.policy and line.policy.position,
            order.index(line.promise),
        ),
    )
