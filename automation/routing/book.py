"""The plans that are on and whose work they give out, kept by each process: a desk without any pays nothing.

They are read again after a second, so a plan that was switched on elsewhere counts a second later."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field

from agents.models import Membership
from automation.models import Mode, RoutingPlan

FRESH = 1.0
"""Seconds."""


@dataclass(frozen=True)
class Book:
    """`plans` by team; `teams_of`: the teams with a plan that an agent belongs to."""

    plans: dict[int, RoutingPlan] = field(default_factory=dict)
    teams_of: dict[int, list[int]] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Book:
        plans = {plan.team_id: plan for plan in RoutingPlan.objects.exclude(mode=Mode.OFF).order_by("team")}
        if not plans:
            return cls()
        teams_of: dict[int, list[int]] = defaultdict(list)
        members = Membership.objects.filter(team__in=plans).order_by("team")
        for agent, team in members.values_list("agent", "team"):
            teams_of[agent].append(team)
        return cls(plans, dict(teams_of))


_kept = Book()
_until = 0.0


def kept() -> Book:
    """As it was a second ago at most."""
    global _kept, _until
    if time.monotonic() >= _until:
        _kept, _until = Book.read(), time.monotonic() + FRESH
    return _kept


def forget() -> None:
    """Read it anew when it is asked for next."""
    global _until
    _until = 0.0


def assume_none() -> None:
    """Read it no more until `forget`: for tests that count queries."""
    global _kept, _until
    _kept, _until = Book(), float("inf")
