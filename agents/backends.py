"""Who a session belongs to."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import QuerySet

from agents.models import Agent, Membership
from events.prepared import Prepared


class AgentBackend(AuthenticationBackend):
    """Signs in by allauth's rules. Every request asks who it comes from: his teams come with him, in one query."""

    def get_user(self, user_id: Any) -> Agent | None:
        agent = _with_teams.first(int(user_id))
        if agent is None or not self.user_can_authenticate(agent):
            return None
        agent.own_team_ids = vars(agent)["found"]
        return agent


@Prepared
def _with_teams(agent_id: int) -> QuerySet[Agent]:
    return Agent.objects.annotate(found=Membership.teams_of("pk")).filter(pk=agent_id)
