"""Who a session belongs to."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from agents.models import Agent, Membership


class AgentBackend(AuthenticationBackend):
    """Signs in by allauth's rules. Every request asks who it comes from: his teams come with him, in one query."""

    def get_user(self, user_id: Any) -> Agent | None:
        agent = Agent.objects.annotate(found=Membership.teams_of("pk")).filter(pk=user_id).first()
        if agent is None or not self.user_can_authenticate(agent):
            return None
        agent.own_team_ids = vars(agent)["found"]
        return agent
