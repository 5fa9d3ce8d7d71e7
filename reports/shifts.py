"""Who is on shift: active agents in an hour in which a team of theirs works by its calendar, for half of it at least.
Nobody's own days off are known here, nor who will be ill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from agents.hours import Hours, between
from agents.models import Agent, Calendar, Membership, Team

HALF = 1800


@dataclass(frozen=True)
class Shifts:
    """The hours of each team, and the teams of each agent."""

    hours: dict[int, Hours]
    teams_of: dict[int, frozenset[int]]

    def works(self, day: date) -> bool:
        """Whether any team works on that day."""
        return not self.hours or any(one.always or one.spans_on(day) for one in self.hours.values())

    def open_teams(self, hour: datetime) -> frozenset[int]:
        """Those that work in the hour that begins then."""
        end = hour + timedelta(hours=1)
        return frozenset(team for team, one in self.hours.items() if between(one, hour, end) >= HALF)

    def many(self, hours: Sequence[datetime]) -> list[int]:
        """How many agents are on shift in each hour."""
        found: dict[frozenset[int], int] = {}
        counted = []
        for hour in hours:
            teams = self.open_teams(hour)
            if teams not in found:
                found[teams] = sum(not teams.isdisjoint(own) for own in self.teams_of.values())
            counted.append(found[teams])
        return counted


def shifts(reader: Agent, team: int | None = None) -> Shifts:
    """Of the teams whose figures he may see, or one of them. A team without hours of its own keeps the company's, as
    promises do."""
    teams = Team.objects.visible_to(reader)
    kept = dict((teams if team is None else teams.filter(pk=team)).values_list("pk", "keeps_id"))
    calendars = list(Calendar.objects.all())
    company = next((one for one in sorted(calendars, key=lambda one: one.pk) if not one.team_id), None)
    own = {one.team_id: one for one in calendars if one.team_id}
    shared = {one.pk: one for one in calendars}
    hours = {}
    for pk, keeps in kept.items():
        calendar = shared.get(keeps) or own.get(pk) or company
        hours[pk] = calendar.hours if calendar else Hours()
    teams_of: dict[int, set[int]] = {}
    members = Membership.objects.filter(team__in=kept, agent__is_active=True)
    for agent, one in members.values_list("agent_id", "team_id"):
        teams_of.setdefault(agent, set()).add(one)
    return Shifts(hours, {agent: frozenset(found) for agent, found in teams_of.items()})
