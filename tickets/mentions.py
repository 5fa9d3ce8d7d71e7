"""Colleagues whom a note calls by @name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import islice

from django.db.models import Case, Q, QuerySet, When

from agents.models import Agent, Presence, Role
from text.normalise import fold
from tickets.models import Ticket

OFFERED = 8
MOST_PEOPLE = 500


def colleagues(ticket: Ticket) -> QuerySet[Agent]:
    """Those who may see the ticket: of its team first, then those who are here."""
    team = ticket.team.members.values("pk")
    followers = ticket.followings.values("agent")
    everything = Q(role__in=[Role.SUPERVISOR, Role.ADMINISTRATOR])
    may_see = everything | Q(pk__in=team) | Q(pk__in=followers) | Q(pk=ticket.assignee_id or 0)
    near = Case(When(pk__in=team, then=0), default=1)
    here = Case(When(presence=Presence.ONLINE, then=0), default=1)
    return Agent.objects.filter(may_see, is_active=True).order_by(near, here, "name", "pk")


def offered(ticket: Ticket, written: str, to: Agent) -> list[Agent]:
    """Whom somebody may mean who has written so much of a name after an @: any word of it may come first."""
    begun = " ".join(fold(written).split())
    others = (agent for agent in colleagues(ticket)[:MOST_PEOPLE] if agent.pk != to.pk)
    return list(islice((agent for agent in others if _begins(agent, begun)), OFFERED))


def mentioned(ticket: Ticket, text: str) -> list[int]:
    """The ids of those whom the text calls, by the whole name, or by the first where nobody else has it. No query
    without an @."""
    if "@" not in text:
        return []
    names = _names(colleagues(ticket)[:MOST_PEOPLE])
    before, *calls = fold(text).split("@")
    found: set[int] = set()
    for call in calls:
        if not before[-1:].isalnum():
            fitting = (
                name for name in names if call.startswith(name) and not call[len(name) :][:1].isalnum()
            )
            found |= names.get(max(fitting, key=len, default=""), set())
        before = call
    return sorted(found)


def _begins(agent: Agent, begun: str) -> bool:
    words = fold(str(agent)).split()
    return any(" ".join(words[start:]).startswith(begun) for start in range(len(words)))


def _names(agents: Iterable[Agent]) -> dict[str, set[int]]:
    """Whom each name stands for, in its one spelling."""
    whole: dict[str, set[int]] = defaultdict(set)
    first: dict[str, set[int]] = defaultdict(set)
    for agent in agents:
        words = fold(str(agent)).split()
        if words:
            whole[" ".join(words)].add(agent.pk)
            first[words[0]].add(agent.pk)
    alone = {name: ids for name, ids in first.items() if len(ids) == 1}
    return alone | whole
