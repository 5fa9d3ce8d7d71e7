from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models, transaction

from agents.models import Agent
from tickets.models.recorded import Recorded


class Followable(Recorded):
    """Who wants to know, beyond the team and the assignee."""

    followers = models.ManyToManyField(Agent, through="tickets.Following", related_name="followed_tickets")

    class Meta:
        abstract = True

    @transaction.atomic
    def follow(self, agent: Agent, by: Any) -> None:
        self.lock()
        if self.followings.get_or_create(agent=agent)[1]:
            self.__dict__.pop("_follower_ids", None)
            self.changed("ticket.followed", by, agent=agent.pk)

    @transaction.atomic
    def unfollow(self, agent: Agent, by: Any) -> None:
        self.lock()
        if self.followings.filter(agent=agent).delete()[0]:
            self.changed("ticket.unfollowed", by, agent=agent.pk)
            self.tell("ticket.unfollowed", also_agents=(agent.pk,))


class Following(models.Model):
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="followings")
    agent = models.ForeignKey(Agent, models.CASCADE, db_index=False, related_name="followings")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "ticket"], name="following_once")]

    def __str__(self) -> str:
        return f"{self.agent_id} follows {self.ticket_id}"


def follower_ids(ticket: str = "pk") -> ArraySubquery:
    """For `annotate`: the agents who follow what the path `ticket` leads to, as `remember_lock` takes them."""
    return ArraySubquery(Following.objects.filter(ticket=models.OuterRef(ticket)).values("agent_id"))
