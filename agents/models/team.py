from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from events.bus import emit

if TYPE_CHECKING:
    from agents.models.agent import Agent
    from agents.models.calendar import Calendar


class TeamQuerySet(models.QuerySet["Team"]):
    def visible_to(self, agent: Agent) -> TeamQuerySet:
        """The teams whose tickets the agent may see: all for supervisors, his own for everyone else."""
        if not agent.is_active:
            return self.none()
        return self.open_to(agent.pk, sees_everything=agent.sees_everything)

    def open_to(self, agent_id: int, *, sees_everything: bool) -> TeamQuerySet:
        """The door by plain facts, for one who is active."""
        return self if sees_everything else self.filter(members=agent_id)


class Team(models.Model):
    """Who answers together, and whose tickets are seen together."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    signature = models.TextField(_("signature"), blank=True)
    members = models.ManyToManyField("agents.Agent", through="agents.Membership", related_name="teams")
    keeps = models.ForeignKey(
        "agents.Calendar",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="kept_by",
        help_text="Shared hours, instead of its own.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @classmethod
    @transaction.atomic
    def found(cls, name: str, signature: str, members: list[Agent], by: Any) -> Team:
        """A new team."""
        team = cls.objects.create(name=name, signature=signature)
        emit("team.changed", team, actor=by, fields=["created"])
        team.set_members(members, by)
        return team

    @transaction.atomic
    def change(self, by: Any, *, name: str, signature: str) -> None:
        """Rename it, or give it another signature."""
        wanted = {"name": name, "signature": signature}
        changed = [field for field, value in wanted.items() if getattr(self, field) != value]
        if changed:
            self.name, self.signature = name, signature
            self.save(update_fields=changed)
            emit("team.changed", self, actor=by, fields=changed)

    @transaction.atomic
    def keep(self, calendar: Calendar | None, by: Any) -> None:
        """Work by hours that teams share; None: by its own."""
        if self.keeps_id != (calendar and calendar.pk):
            self.keeps = calendar
            self.save(update_fields=["keeps"])
            emit("team.changed", self, actor=by, fields=["hours"])

    @transaction.atomic
    def set_members(self, agents: list[Agent], by: Any) -> None:
        """Exactly these agents belong to the team from now on."""
        was, wanted = set(self.members.values_list("pk", flat=True)), {agent.pk for agent in agents}
        if was == wanted:
            return
        self.members.set(agents)
        emit("team.changed", self, actor=by, fields=["members"])
        for agent_id in was ^ wanted:
            agent_rights_changed(agent_id)


class Membership(models.Model):
    team = models.ForeignKey(Team, models.CASCADE)
    agent = models.ForeignKey("agents.Agent", models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "agent"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.agent_id} in {self.team_id}"

    @classmethod
    def teams_of(cls, agent: str) -> ArraySubquery:
        """The ids of an agent's teams, sorted, for a query whose column `agent` names him."""
        return ArraySubquery(
            cls.objects.filter(agent=models.OuterRef(agent)).order_by("team_id").values("team_id")
        )


def agent_rights_changed(agent_id: int) -> None:
    """Close the agent's sockets after commit: they reconnect with the rights he has now."""
    from events.live import close

    close({f"agent.{agent_id}"})
