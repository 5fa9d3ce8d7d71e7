"""A ticket as the desk opens it: one query that is put together once, through the same door as all others."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Model, OuterRef
from django.db.models.functions import JSONObject

from agents.models import Agent
from customers.models import Identity, Merge
from events.prepared import Prepared
from tickets.models import Draft, Tag, Ticket
from tickets.models.followable import Following
from tickets.models.ticket import TicketQuerySet

M = TypeVar("M", bound=Model)
Row = TypeVar("Row")

_TAG = ("id", "name", "key")
_IDENTITY = ("id", "customer_id", "kind", "value", "key", "verified_at")


@dataclass(frozen=True)
class Opened:
    """A ticket whose tags and whose customer's identities are at hand, and what else of it may be asked for."""

    ticket: Ticket
    is_followed: bool
    has_drafts: bool
    """Of the agent who opened it."""
    has_merges: bool
    """Whether its customer was merged with others, which can be undone."""


def seen(agent: Agent, ticket_id: int) -> Ticket:
    """The ticket with customer, company, assignee and team. Raises Ticket.DoesNotExist where he may not see it."""
    return _asked(_seen, agent, ticket_id)


def locked(agent: Agent, ticket_id: int) -> Ticket:
    """As `seen`, under its lock, with those who follow it and its customer's identities: what a verb would ask for."""
    ticket = _asked(_locked, agent, ticket_id)
    ticket.remember_lock(vars(ticket)["follower_ids"])
    _at_hand(ticket.customer, "identities", _made(Identity, _IDENTITY, vars(ticket)["identity_facts"]))
    return ticket


def opened(agent: Agent, ticket_id: int) -> Opened:
    """As `seen`, with what the whole page shows besides."""
    ticket = _asked(_opened, agent, ticket_id)
    facts = vars(ticket)
    _at_hand(ticket, "tags", _made(Tag, _TAG, facts["tag_facts"]))
    _at_hand(ticket.customer, "identities", _made(Identity, _IDENTITY, facts["identity_facts"]))
    return Opened(ticket, facts["is_followed"], facts["has_drafts"], facts["has_merges"])


def for_agent(agent: Agent, query: Prepared[Row], *ids: int, **shape: Hashable) -> list[Row]:
    """What he may see of it. `query` is built with the ids, his own and those of his teams, and `sees_everything`, as
    `open_to` takes them."""
    if not agent.is_active:
        return []
    team_ids = () if agent.sees_everything else agent.team_ids()
    return query(*ids, agent.pk, *team_ids, sees_everything=agent.sees_everything, **shape)


def _whole(ticket_id: int, agent_id: int, *team_ids: int, sees_everything: bool) -> TicketQuerySet:
    tickets = Ticket.objects.open_to(agent_id, team_ids, sees_everything=sees_everything)
    return (
        tickets.filter(pk=ticket_id)
        .select_related("customer__company", "assignee", "team")
        .defer("search_text")
    )


def _with_facts(ticket_id: int, agent_id: int, *team_ids: int, sees_everything: bool) -> TicketQuerySet:
    of_ticket, his = {"ticket": OuterRef("pk")}, {"agent": agent_id}
    tags = Tag.objects.filter(tickets=OuterRef("pk"))
    return _whole(ticket_id, agent_id, *team_ids, sees_everything=sees_everything).annotate(
        is_followed=Exists(Following.objects.filter(**of_ticket, **his)),
        has_drafts=Exists(Draft.objects.filter(**of_ticket, **his)),
        has_merges=Exists(Merge.objects.filter(kept=OuterRef("customer"), undone_at=None)),
        tag_facts=ArraySubquery(tags.values(one=JSONObject(**dict(zip(_TAG, _TAG, strict=True))))),
        identity_facts=_identity_facts(),
    )


def _for_verbs(ticket_id: int, agent_id: int, *team_ids: int, sees_everything: bool) -> TicketQuerySet:
    tickets = _whole(ticket_id, agent_id, *team_ids, sees_everything=sees_everything)
    return tickets.locked().annotate(identity_facts=_identity_facts())


def _identity_facts() -> ArraySubquery:
    identities = Identity.objects.filter(customer=OuterRef("customer"))
    return ArraySubquery(identities.values(one=JSONObject(**dict(zip(_IDENTITY, _IDENTITY, strict=True)))))


_seen = Prepared(_whole)
_locked = Prepared(_for_verbs)
_opened = Prepared(_with_facts)


def _asked(query: Prepared[Ticket], agent: Agent, ticket_id: int) -> Ticket:
    for ticket in for_agent(agent, query, ticket_id):
        return ticket
    raise Ticket.DoesNotExist


def _made(model: type[M], names: tuple[str, ...], facts: Iterable[dict[str, Any]]) -> list[M]:
    """Instances of what a query gave as JSON; the fields that are not among `names` are asked for when needed."""
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    return [
        model.from_db(
            "default", names, [field.to_python(one[name]) for field, name in zip(fields, names, strict=True)]
        )
        for one in facts
    ]


def _at_hand(owner: Model, relation: str, found: list[Any]) -> None:
    """As if it had been prefetched: what asks for some of it by a filter still asks."""
    rows = getattr(owner, relation).get_queryset()
    rows._result_cache, rows._prefetch_done = found, True
    vars(owner).setdefault("_prefetched_objects_cache", {})[relation] = rows
