from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.access import AgentRequest, administrator
from agents.forms import Invitation, Rights, sent
from agents.models import Agent, LastAdministrator
from agents.tasks import mail_invitation
from events.queue import enqueue


@require_safe
@administrator
def agents(request: AgentRequest) -> HttpResponse:
    """Everyone who answers or did, the active first."""
    found = Agent.objects.order_by("-is_active", "name").prefetch_related("teams")
    return render(request, "settings/agents.html", {"agents": found})


@require_http_methods(["GET", "POST"])
@administrator
@transaction.atomic
def invite(request: AgentRequest) -> HttpResponse:
    """Bring in a colleague: a link by which he chooses his password is mailed to him."""
    form = Invitation(sent(request))
    if not form.is_valid():
        return render(request, "settings/invite.html", {"form": form}, status=422 if form.is_bound else 200)
    facts = form.cleaned_data
    agent = Agent.invite(facts["email"], facts["name"], facts["role"], list(facts["teams"]), request.user)
    enqueue(mail_invitation, agent.pk, request.user.pk)
    messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": agent.email})
    return redirect("agents")


@require_POST
@administrator
def invite_again(request: AgentRequest, agent_id: int) -> HttpResponse:
    """Mail the link once more to someone who has not chosen a password yet."""
    agent = get_object_or_404(Agent, pk=agent_id, is_active=True)
    if not agent.has_usable_password():
        enqueue(mail_invitation, agent.pk, request.user.pk)
        messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": agent.email})
    return redirect("agents")


@require_http_methods(["GET", "POST"])
@administrator
def agent(request: AgentRequest, agent_id: int) -> HttpResponse:
    """An agent's role and teams."""
    agent = get_object_or_404(Agent, pk=agent_id)
    form = Rights(sent(request), initial={"role": agent.role, "teams": agent.teams.all()})
    if form.is_valid():
        try:
            _grant(agent, form.cleaned_data, request.user)
        except LastAdministrator:
            form.add_error("role", _("The desk needs an administrator. Make somebody else one first."))
        else:
            messages.success(request, _("Saved."))
            return redirect("agents")
    context = {"form": form, "agent": agent}
    return render(request, "settings/agent.html", context, status=422 if form.is_bound else 200)


@transaction.atomic
def _grant(agent: Agent, rights: dict, by: Agent) -> None:
    agent.change_role(rights["role"], by)
    agent.set_teams(list(rights["teams"]), by)


@require_POST
@administrator
def reactivate(request: AgentRequest, agent_id: int) -> HttpResponse:
    """Let somebody who had left sign in again."""
    agent = get_object_or_404(Agent, pk=agent_id)
    agent.reactivate(request.user)
    messages.success(request, _("%(name)s can sign in again.") % {"name": agent.name})
    return redirect("agents")
