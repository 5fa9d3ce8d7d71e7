"""Who gets which tickets, in the settings: a team's plan, and what an agent can take."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agents.access import AgentRequest, administrator
from agents.forms import sent
from agents.models import Agent, Team
from automation.models import Ability, RoutingPlan
from automation.routing.forms import AbilityForm, PlanForm


@require_http_methods(["GET", "POST"])
@administrator
def plan(request: AgentRequest, team_id: int) -> HttpResponse:
    """How a team's tickets are given to its agents."""
    team = get_object_or_404(Team, pk=team_id)
    plan = RoutingPlan.of(team)
    form = PlanForm(sent(request), plan)
    if form.is_valid():
        plan.change(request.user, **form.facts())
        messages.success(request, _("Saved."))
        return redirect("team", team_id)
    context = {"form": form, "team": team}
    return render(request, "automation/routing_plan.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@administrator
def ability(request: AgentRequest, agent_id: int) -> HttpResponse:
    """How much an agent takes at a time, in which languages, with which skills."""
    agent = get_object_or_404(Agent, pk=agent_id)
    ability = Ability.of(agent)
    form = AbilityForm(sent(request), ability)
    if form.is_valid():
        try:
            ability.change(request.user, **form.cleaned_data)
        except ValueError as error:
            form.add_error("skills", str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("agent", agent_id)
    context = {"form": form, "agent": agent}
    return render(request, "automation/ability.html", context, status=422 if form.is_bound else 200)
