from django.urls import path

from agents.api.views import AgentResource, TeamResource

urlpatterns = [
    path("me/", AgentResource.as_view({"get": "me"}), name="api-me"),
    path("agents/", AgentResource.as_view({"get": "list"}), name="api-agents"),
    path(
        "agents/<int:pk>/",
        AgentResource.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="api-agent",
    ),
    path("teams/", TeamResource.as_view({"get": "list"}), name="api-teams"),
    path("teams/<int:pk>/", TeamResource.as_view({"get": "retrieve"}), name="api-team"),
    path("teams/<int:pk>/members/", TeamResource.as_view({"put": "members"}), name="api-team-members"),
]
