"""Who of a team is there, and how much each has to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q
from django.utils.timezone import now

from agents.models import Agent, Presence
from automation.models import Ability, RoutingPlan, RoutingTurn
from automation.models.routing import CAPACITY, usual_weight
from automation.routing.deciding import Person
from tickets.icons import CHATS
from tickets.models import Pile, Status, Ticket

QUIET = timedelta(minutes=10)
"""A chat that was answered goes on for so long after its last line, and then counts no more."""


@dataclass(frozen=True)
class Crew:
    """`people`: who is there, with room or without. `languages` and `skills`: what anybody of the team has."""

    agents: dict[int, Agent]
    people: list[Person]
    languages: frozenset[str]
    skills: frozenset[int]


def crew_of(plan: RoutingPlan) -> Crew:
    """Four queries."""
    members = (
        Agent.objects.filter(teams=plan.team_id, is_active=True).select_related("ability").order_by("pk")
    )
    able = {agent.pk: ability_of(agent) for agent in members}
    present = {agent.pk: agent for agent in members if agent.presence == Presence.ONLINE}
    skills: dict[int, set[int]] = defaultdict(set)
    for agent, tag in Ability.skills.through.objects.filter(ability__in=able).values_list("ability", "tag"):
        skills[agent].add(tag)
    turns = dict(RoutingTurn.objects.filter(plan=plan).values_list("agent", "number"))
    load = loads(present)
    people = [
        Person(
            pk,
            able[pk].capacity,
            load.get(pk, 0),
            turns.get(pk, 0),
            frozenset(able[pk].languages),
            frozenset(skills[pk]),
        )
        for pk in present
    ]
    spoken = frozenset(language for ability in able.values() for language in ability.languages)
    return Crew(present, people, spoken, frozenset(tag for tags in skills.values() for tag in tags))


def ability_of(agent: Agent) -> Ability:
    """Of an agent that was fetched with it."""
    return getattr(agent, "ability", None) or Ability(agent=agent)


def loads(agents: Iterable[int]) -> dict[int, int]:
    """Points that each has in hand: tickets that are new or open, and chats that go on while they are pending. Each is
    weighed as its team's plan says."""
    live = Q(status__in=[Status.NEW, Status.OPEN])
    live |= Q(status=Status.PENDING, source__in=CHATS, activity_at__gt=now() - QUIET)
    in_hand = Ticket.objects.filter(live, assignee__in=list(agents), pile=Pile.ACTIVE).order_by()
    counted = in_hand.values_list("assignee", "team", "source").annotate(many=Count("*"))
    found: dict[int, int] = defaultdict(int)
    rows = list(counted)
    weights = {plan.team_id: plan for plan in RoutingPlan.objects.filter(team__in={row[1] for row in rows})}
    for agent, team, source, many in rows:
        weight = weights[team].weight(source) if team in weights else usual_weight(source)
        found[agent] += weight * many
    return dict(found)


def capacities(agents: Collection[int]) -> dict[int, int]:
    """How much each takes at a time."""
    said = dict(Ability.objects.filter(agent__in=agents).values_list("agent", "capacity"))
    return {agent: said.get(agent, CAPACITY) for agent in agents}
