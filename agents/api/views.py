from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from agents.api.description import described
from agents.api.resources import Resource
from agents.api.serializers import (
    AgentChange,
    AgentFilters,
    AgentSerializer,
    MeSerializer,
    TeamMembers,
    TeamSerializer,
)
from agents.models import Agent, Team
from agents.models.token import Scope


class AgentResource(Resource):
    """Colleagues. Every agent sees them all; only administrators change them."""

    serializer_class = AgentSerializer
    filters = AgentFilters
    keyset = ("name", "id")
    change_scope = Scope.ADMIN

    def door(self) -> QuerySet[Agent]:
        return Agent.objects.prefetch_related("teams")

    def branches(self, **filters: Any) -> list[QuerySet]:
        columns = {"active": "is_active", "role": "role", "team": "membership__team"}
        return [self.door().filter(**{columns[name]: value for name, value in filters.items()})]

    @described(responses=MeSerializer)
    def me(self, request: Request) -> Response:
        """Who the token belongs to, and what it may do."""
        return Response(MeSerializer(self.agent, context=self.get_serializer_context()).data)

    @described(request=AgentChange)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change the role. Nobody changes his own."""
        agent, change = self.get_object(), self.body(AgentChange)
        if agent == self.agent:
            raise ValidationError({"role": [_("Ask another administrator to change your own role.")]})
        self.once(lambda: agent.change_role(change["role"], by=self.agent))
        return self.shown(agent)


class TeamResource(Resource):
    """Teams whose tickets the caller may see; their members are set by administrators."""

    serializer_class = TeamSerializer
    keyset = ("name", "id")
    change_scope = Scope.ADMIN

    def door(self) -> QuerySet[Team]:
        return Team.objects.visible_to(self.agent)

    @described(request=TeamMembers)
    def members(self, request: Request, pk: str) -> Response:
        """Exactly these agents belong to the team from now on."""
        team, wanted = self.get_object(), set(self.body(TeamMembers)["agents"])
        agents = list(Agent.objects.filter(pk__in=wanted, is_active=True))
        if len(agents) != len(wanted):
            raise ValidationError({"agents": [_("One of these is not an active agent.")]})
        self.once(lambda: team.set_members(agents, by=self.agent))
        return self.shown(team)
