from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agents.access import AgentRequest, administrator
from agents.forms import TeamFacts, sent
from agents.models import Team


@require_safe
@administrator
def teams(request: AgentRequest) -> HttpResponse:
    """All teams with their members."""
    return render(request, "settings/teams.html", {"teams": Team.objects.prefetch_related("members")})


@require_http_methods(["GET", "POST"])
@administrator
def new(request: AgentRequest) -> HttpResponse:
    """Found a team."""
    form = TeamFacts(sent(request))
    if not form.is_valid():
        return render(request, "settings/team.html", {"form": form}, status=422 if form.is_bound else 200)
    facts = form.cleaned_data
    team = Team.found(facts["name"], facts["signature"], list(facts["members"]), request.user)
    messages.success(request, _("The team “%(name)s” is ready.") % {"name": team.name})
    return redirect("teams")


@require_http_methods(["GET", "POST"])
@administrator
@transaction.atomic
def team(request: AgentRequest, team_id: int) -> HttpResponse:
    """Rename a team, change its signature and who belongs to it."""
    team = get_object_or_404(Team, pk=team_id)
    form = TeamFacts(sent(request), instance=Team.objects.get(pk=team_id))
    if not form.is_valid():
        context = {"form": form, "team": team}
        return render(request, "settings/team.html", context, status=422 if form.is_bound else 200)
    facts = form.cleaned_data
    away = list(team.members.filter(is_active=False))
    team.change(request.user, name=facts["name"], signature=facts["signature"])
    team.set_members([*facts["members"], *away], request.user)
    messages.success(request, _("Saved."))
    return redirect("teams")
