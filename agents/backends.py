"""Who a session belongs to."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from agents.models import Agent, Membership


class AgentBackend(AuthenticationBackend):
    """Signs in by allauth's rules. Every request asks who it comes from: his teams come with him, in one query."""

    def get_user(self, user_id: Any) -> Agent | None:
        teams = Membership.objects.filter(agent=OuterRef("pk")).order_by("team_id").values("team_id")
        agent = Agent.objects.annotate(found=ArraySubquery(teams)).filter(pk=user_id).first()
        if agent is None or not self.user_can_authenticate(agent):
            return None
        agent.own_team_ids = vars(agent)["found"]
        return agent
