"""Answers and steps that are needed again and again, ready for agents."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from agents.models import Agent, Team
from automation.actions import Action, perform
from automation.models.ordered import change_places, next_position
from events.bus import emit
from text.normalise import fold
from tickets.models import Tag, Ticket
from tickets.models.ticket import UNDO_TIME


class MacroQuerySet(models.QuerySet["Macro"]):
    def usable_by(self, agent: Agent) -> MacroQuerySet:
        """Everybody's, those of his teams, and his own."""
        if not agent.is_active:
            return self.none()
        everybodys = Q(team=None, agent=None)
        return self.filter(everybodys | Q(team__in=agent.team_ids()) | Q(agent=agent))

    def changeable_by(self, agent: Agent) -> MacroQuerySet:
        """His own; those of the teams that he leads; everybody's for administrators."""
        if not agent.is_active:
            return self.none()
        if agent.is_administrator:
            return self.filter(Q(agent=None) | Q(agent=agent))
        led = Q(team__in=agent.team_ids()) if agent.is_lead else Q(pk=None)
        return self.filter(Q(agent=agent) | led)


class Macro(models.Model):
    """What is done when an agent chooses it: a reply to edit, and steps (see `automation.actions`), in order.

    It belongs to one agent, to one team, or to everybody."""

    name = models.CharField(_("name"), max_length=80)
    agent = models.ForeignKey(Agent, models.CASCADE, null=True, related_name="macros")
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="macros")
    actions = models.JSONField(default=list)
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=now, editable=False)

    objects = MacroQuerySet.as_manager()

    class Meta:
        ordering = ("position", "id")
        constraints = [
            models.CheckConstraint(condition=Q(agent=None) | Q(team=None), name="macro_of_one"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reply(self) -> str:
        """The text that goes into the composer, with its blanks; empty where there is none."""
        return next((action["value"] for action in self.actions if action["do"] == "reply"), "")

    @property
    def then(self) -> str:
        """The status that follows the reply, if the macro says so."""
        return next((action["value"] for action in self.actions if action["do"] == "status"), "")

    @property
    def along(self) -> list[Action]:
        """What is done besides, when the reply leaves."""
        return [action for action in self.actions if action["do"] not in {"reply", "status"}]

    def holds(self, words: str) -> bool:
        """Whether its name or texts hold all the words, in any spelling that folds to the same."""
        own = fold(" ".join([self.name, *(str(action["value"]) for action in self.actions)]))
        return all(word in own for word in fold(words).split())

    @classmethod
    @transaction.atomic
    def write(
        cls,
        by: Agent,
        name: str,
        actions: list[Action],
        *,
        agent: Agent | None = None,
        team: Team | None = None,
    ) -> Macro:
        """A new one, after the others."""
        macro = cls.objects.create(
            name=name, actions=actions, agent=agent, team=team, position=next_position(cls)
        )
        emit("macro.changed", macro, actor=by, fields=["created"])
        return macro

    @transaction.atomic
    def change(self, by: Agent, **facts: Any) -> None:
        """Set name, actions, agent, team."""
        changed = [field for field, value in facts.items() if getattr(self, field) != value]
        if changed:
            for field in changed:
                setattr(self, field, facts[field])
            self.save(update_fields=changed)
            emit("macro.changed", self, actor=by, fields=sorted(changed))

    @transaction.atomic
    def remove(self, by: Agent) -> None:
        emit("macro.changed", self, actor=by, fields=["removed"])
        self.delete()

    @transaction.atomic
    def move(self, by: Agent, *, up: bool) -> None:
        """Change places with the one before or after it, among those that the agent sees."""
        if change_places(self, Macro.objects.usable_by(by), up=up):
            emit("macro.changed", self, actor=by, fields=["position"])

    @transaction.atomic
    def use(self, ticket: Ticket, by: Agent) -> MacroUse:
        """Do all of it at once, in its order; the use can be taken back for a moment. ValueError, and nothing done,
        when one step is refused."""
        ticket.lock()
        was = _state(ticket)
        for action in self.actions:
            perform(ticket, action, by, by)
        return MacroUse.objects.create(macro=self, ticket=ticket, agent=by, was=was, became=_state(ticket))


class MacroUseQuerySet(models.QuerySet["MacroUse"]):
    def to_take_back(self, agent: Agent) -> MacroUseQuerySet:
        """His own of a moment ago, on tickets that he may see or has just put out of his own sight by it."""
        if not agent.is_active:
            return self.none()
        return self.filter(agent=agent, at__gt=now() - UNDO_TIME, taken_back_at=None)


class MacroUse(models.Model):
    """That an agent used a macro on a ticket at once: what it was before and after, so that it can be taken back."""

    macro = models.ForeignKey(Macro, models.SET_NULL, null=True, related_name="uses")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=now)
    was = models.JSONField()
    became = models.JSONField()
    taken_back_at = models.DateTimeField(null=True)

    objects = MacroUseQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.macro_id} on #{self.ticket_id}"

    @transaction.atomic
    def take_back(self, by: Agent) -> None:
        """Each fact as it was, unless somebody changed it since. What was written stays."""
        ticket = self.ticket
        ticket.lock()
        is_now = _state(ticket)
        for fact, restore in _RESTORING.items():
            if self.was[fact] != self.became[fact] == is_now[fact]:
                restore(ticket, self.was[fact], by)
        for tag in Tag.objects.filter(pk__in=set(self.became["tags"]) - set(self.was["tags"])):
            ticket.untag(tag, by)
        for tag in Tag.objects.filter(pk__in=set(self.was["tags"]) - set(self.became["tags"])):
            ticket.tag(tag.name, by)
        self.taken_back_at = now()
        self.save(update_fields=["taken_back_at"])


def _state(ticket: Ticket) -> dict[str, Any]:
    return {
        "status": ticket.status,
        "priority": int(ticket.priority),
        "team": ticket.team_id,
        "assignee": ticket.assignee_id,
        "snoozed": ticket.snoozed_until.isoformat() if ticket.snoozed_until else None,
        "tags": sorted(ticket.tags.values_list("pk", flat=True)),
    }


def _snooze_again(ticket: Ticket, until: str | None, by: Agent) -> None:
    moment = parse_datetime(until) if until else None
    if moment is None:
        ticket.wake(by)
    elif moment > now():
        ticket.snooze(moment, by)


_RESTORING = {
    "status": lambda ticket, status, by: ticket.restore_status(status, by),
    "priority": lambda ticket, priority, by: ticket.set_priority(priority, by),
    "team": lambda ticket, pk, by: ticket.set_team(Team.objects.get(pk=pk), by),
    "assignee": lambda ticket, pk, by: ticket.assign(Agent.objects.filter(pk=pk).first() if pk else None, by),
    "snoozed": _snooze_again,
}
