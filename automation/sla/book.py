"""All policies with their hours, kept by each process for as long as their edition holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from agents.hours import Hours
from agents.models import Calendar, Team
from automation.models import Policy

Facts = dict[str, Any]


@dataclass
class Book:
    edition: UUID | None
    policies: list[Policy]
    calendars: dict[int, Hours]
    teams: dict[int, int] = field(default_factory=dict)
    company: Hours | None = None

    @classmethod
    def read(cls, edition: UUID | None) -> Book:
        """As it is now. Five queries, once for each edition in each process."""
        calendars = {one.pk: one for one in Calendar.objects.all()}
        own = {one.team_id: one.pk for one in calendars.values() if one.team_id}
        kept = dict(Team.objects.exclude(keeps=None).values_list("pk", "keeps_id"))
        company = Calendar.company()
        return cls(
            edition,
            list(Policy.objects.filter(is_on=True)),
            {pk: one.hours for pk, one in calendars.items()},
            own | kept,
            company.hours,
        )

    def asks_for(self, fact: str) -> bool:
        """Whether any policy has a condition on it: what nobody asks for is not looked up."""
        return any(fact in policy.conditions for policy in self.policies)

    def policy_for(self, facts: Facts) -> Policy | None:
        return next((policy for policy in self.policies if policy.fits(facts)), None)

    def policy(self, pk: int | None) -> Policy | None:
        return next((policy for policy in self.policies if policy.pk == pk), None)

    def hours_of(self, policy: Policy | None, team: int) -> Hours:
        """By which a promise is counted: the policy's calendar, else the team's, else the company's."""
        if policy and policy.calendar_id in self.calendars:
            return self.calendars[policy.calendar_id]
        return self.calendars.get(self.teams.get(team, 0)) or self.company or Hours()


_kept: Book | None = None


def book_of(edition: UUID | None) -> Book:
    global _kept
    if _kept is None or _kept.edition != edition:
        _kept = Book.read(edition)
    return _kept
