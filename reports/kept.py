"""Promises of a period: how many of each policy's were kept, and what stood in the way of the others."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, QuerySet, Value, When
from django.db.models.fields.json import KT
from django.utils.translation import gettext_lazy as _

from automation.models import Clock, Policy, Promise
from events.models import Event
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
    counted: dict[tuple[int | None, str], Kept] = defaultdict(Kept)
    for policy, kind, many in _grouped(_met(asked)).annotate(many=Count("pk")):
        counted[policy, kind] += Kept(kept=many)
    reasons: dict[tuple[int | None, str], Counter[str]] = defaultdict(Counter)
    told = _grouped(_broken(asked).annotate(reason=_REASON), "reason").annotate(many=Count("pk"))
    for policy, kind, reason, many in told:
        counted[policy, kind] += Kept(broken=many)
        reasons[policy, kind][reason] += many
    policies = Policy.objects.in_bulk([policy for policy, _kind in counted if policy])
    found = [
        Line(policies.get(policy or 0), Promise(kind), kept, reasons[policy, kind])
        for (policy, kind), kept in counted.items()
    ]
    order = list(Promise)
    return sorted(
        found,
        key=lambda line: (
            line.policy is None,
            line.policy and line.policy.position,
            order.index(line.promise),
        ),
    )


def _met(asked: Asked) -> QuerySet[Clock]:
    start, end = asked.period.start, asked.period.end
    return _of(asked).met().filter(stopped_at__gte=start, stopped_at__lt=end)


def _broken(asked: Asked) -> QuerySet[Clock]:
    start, end = asked.period.start, asked.period.end
    return _of(asked).breached().filter(breached_at__gte=start, breached_at__lt=end)


def _of(asked: Asked) -> Any:
    """The agent is who has the ticket now."""
    picked = {
        "ticket__team": asked.period.team,
        "ticket__assignee": asked.period.agent,
        "ticket__source": asked.source or None,
    }
    return Clock.objects.visible_to(asked.reader).filter(
        **{name: value for name, value in picked.items() if value is not None}
    )


def _grouped(clocks: QuerySet[Clock], *more: str) -> QuerySet[Clock, Any]:
    return clocks.order_by().values_list("policy", "kind", *more)


_BEFORE = Event.objects.filter(ticket_id=OuterRef("ticket_id"), at__lte=OuterRef("breached_at"))
_HANDED = _BEFORE.filter(kind="ticket.assigned")
_REASON = Case(
    When(
        ~Exists(_HANDED.annotate(who=KT("payload__now")).filter(who__isnull=False)),
        then=Value("nobody"),
    ),
    When(Exists(_HANDED.annotate(who=KT("payload__was")).filter(who__isnull=False)), then=Value("moved")),
    When(Exists(_BEFORE.filter(kind="ticket.team_changed")), then=Value("moved")),
    default=Value("waited"),
    output_field=CharField(),
)
