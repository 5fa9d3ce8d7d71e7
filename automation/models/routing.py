"""Who gets which tickets of a team, and what each agent can take."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.utils.translation import pgettext_lazy

from agents.models import Agent, Team
from automation.routing.deciding import IN_TURN, LEAST_BUSY
from events.bus import emit
from tickets.icons import CHATS
from tickets.models import Tag

CAPACITY = 10
"""Points that an agent takes at a time until somebody says otherwise."""
MOST_POINTS = 100
CHAT = 3
"""Points of a chat until then; all else counts one."""


class Mode(models.TextChoices):
    OFF = "off", pgettext_lazy("routing", "Off")
    IN_TURN = IN_TURN, pgettext_lazy("routing", "In turn")
    LEAST_BUSY = LEAST_BUSY, pgettext_lazy("routing", "To the least busy")


class RoutingPlan(models.Model):
    """How a team's tickets are given to its agents. Times are seconds; 0: never."""

    team = models.OneToOneField(Team, models.CASCADE, primary_key=True, related_name="routing_plan")
    mode = models.CharField(max_length=12, choices=Mode, default=Mode.OFF)
    is_sticky = models.BooleanField(default=True, help_text="To who had the customer last, if he has room.")
    weights = models.JSONField(default=dict, help_text='Points by source: {"chat": 3, "email": 1}.')
    take_within = models.PositiveIntegerField(default=60, help_text="A chat not opened by then goes on.")
    return_after = models.PositiveIntegerField(default=120, help_text="Chats of who is not there go back.")
    overflow_team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="+")
    overflow_after = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"Routing of team {self.team_id}"

    @property
    def is_on(self) -> bool:
        return self.mode != Mode.OFF

    def weight(self, source: str) -> int:
        return self.weights.get(source, usual_weight(source))

    @classmethod
    def of(cls, team: Team) -> RoutingPlan:
        """The team's, which may not be saved yet."""
        return cls.objects.filter(team=team).first() or cls(team=team)

    @transaction.atomic
    def change(self, by: Any, **facts: Any) -> None:
        """Set how tickets are given from now on."""
        for name, value in facts.items():
            setattr(self, name, value)
        self.save()
        emit("routing.changed", self, actor=by, fields=sorted(facts))


def usual_weight(source: str) -> int:
    return CHAT if source in CHATS else 1


class RoutingTurn(models.Model):
    """When, in a plan's own count, an agent was given something last."""

    plan = models.ForeignKey(RoutingPlan, models.CASCADE, related_name="turns")
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="+")
    number = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "agent"], name="routing_turn_once")]

    def __str__(self) -> str:
        return f"{self.agent_id}: {self.number}"


class Ability(models.Model):
    """How much an agent takes at a time, in which languages, and which tags' tickets need him. No languages: any."""

    agent = models.OneToOneField(Agent, models.CASCADE, primary_key=True, related_name="ability")
    capacity = models.PositiveSmallIntegerField(default=CAPACITY)
    languages = models.JSONField(default=list)
    skills = models.ManyToManyField(Tag, related_name="+", blank=True)

    def __str__(self) -> str:
        return f"{self.agent_id}: {self.capacity}"

    @classmethod
    def of(cls, agent: Agent) -> Ability:
        """The agent's, which may not be saved yet."""
        return cls.objects.filter(agent=agent).first() or cls(agent=agent)

    @transaction.atomic
    def change(self, by: Any, *, capacity: int, languages: list[str], skills: Iterable[str]) -> None:
        """Skills are tags by their names. ValueError for a name of which nothing is left."""
        wanted = {Tag.named(name) for name in skills}
        self.capacity, self.languages = capacity, sorted(languages)
        self.save()
        self.skills.set(wanted)
        self._tell(by)

    @transaction.atomic
    def take_at_most(self, capacity: int, by: Any) -> None:
        """From now on. What he has beyond that stays his."""
        if self.capacity != capacity:
            self.capacity = capacity
            self.save()
            self._tell(by)

    def _tell(self, by: Any) -> None:
        emit("agent.changed", self.agent, actor=by, fields=["ability"])
        self.agent.tell("ability")
