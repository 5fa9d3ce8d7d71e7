from rest_framework import serializers

from agents.api.strict import Strict
from agents.models import Agent, Role, Team


class TeamSerializer(serializers.ModelSerializer):
    class Meta:
        model = Team
        fields = ("id", "name", "signature", "created_at")
        read_only_fields = fields


class TeamRef(serializers.ModelSerializer):
    class Meta:
        model = Team
        fields = ("id", "name")
        read_only_fields = fields


class AgentRef(serializers.ModelSerializer):
    class Meta:
        model = Agent
        fields = ("id", "name")
        read_only_fields = fields


class AgentSerializer(serializers.ModelSerializer):
    active = serializers.BooleanField(source="is_active")
    teams = serializers.SerializerMethodField()

    class Meta:
        model = Agent
        fields = ("id", "name", "email", "role", "active", "presence", "language", "time_zone", "teams")
        read_only_fields = fields

    def get_teams(self, agent: Agent) -> list[int]:
        return sorted(team.pk for team in agent.teams.all())


class MeSerializer(AgentSerializer):
    scopes = serializers.SerializerMethodField(
        help_text="What this token may do; a session may do everything."
    )

    class Meta(AgentSerializer.Meta):
        fields = (*AgentSerializer.Meta.fields, "scopes")  # type: ignore[assignment]
        read_only_fields = fields  # type: ignore[assignment]

    def get_scopes(self, agent: Agent) -> list[str] | None:
        token = self.context["request"].auth
        return None if token is None else token.scopes


class AgentFilters(Strict):
    active = serializers.BooleanField(required=False)
    role = serializers.ChoiceField(Role.choices, required=False)
    team = serializers.IntegerField(required=False, min_value=1)


class AgentChange(Strict):
    role = serializers.ChoiceField(Role.choices)


class TeamMembers(Strict):
    agents = serializers.ListField(
        child=serializers.IntegerField(min_value=1), allow_empty=True, max_length=1000
    )
