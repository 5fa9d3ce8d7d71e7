"""Who was there when: from the events that tell of it. Whoever closes his pages is found to be gone five minutes later."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery

from events.models import Event


def changes() -> QuerySet[Event]:
    return Event.objects.filter(kind="agent.presence_changed")


def since() -> Subquery:
    """When an agent's presence changed last, for a query of agents."""
    return Subquery(changes().filter(subject_id=OuterRef("pk")).order_by("-at", "-pk").values("at")[:1])
