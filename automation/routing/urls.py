from django.urls import URLPattern, path

from automation.routing import settings_views

urlpatterns: list[URLPattern] = [
    path("settings/teams/<int:team_id>/routing/", settings_views.plan, name="team-routing"),
    path("settings/agents/<int:agent_id>/ability/", settings_views.ability, name="agent-ability"),
]
