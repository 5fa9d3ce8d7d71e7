from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from agents.access import AgentRequest, administrator
from agents.forms import sent
from agents.models import Agent, LastAdministrator
from tickets.handover import deactivate, open_tickets


class Handover(forms.Form):
    to = forms.ModelChoiceField(
        label=_("Who takes them over?"),
        queryset=Agent.objects.none(),
        required=False,
        empty_label=_("Nobody: back to unassigned"),
    )


@require_http_methods(["GET", "POST"])
@administrator
def deactivation(request: AgentRequest, agent_id: int) -> HttpResponse:
    """Ask who takes over an agent's open tickets, then let him go."""
    agent = get_object_or_404(Agent, pk=agent_id, is_active=True)
    form = Handover(sent(request))
    heirs = cast(forms.ModelChoiceField, form.fields["to"])
    heirs.queryset = Agent.objects.filter(is_active=True).exclude(pk=agent.pk)
    if request.method == "POST" and form.is_valid():
        try:
            count = deactivate(agent, request.user, to=form.cleaned_data["to"])
        except LastAdministrator:
            form.add_error(None, _("The desk needs an administrator. Make somebody else one first."))
        else:
            messages.success(request, _said(agent, form.cleaned_data["to"], count))
            return redirect("agents")
    context = {"form": form, "agent": agent, "count": open_tickets(agent)}
    return render(request, "settings/deactivation.html", context, status=422 if form.errors else 200)


def _said(agent: Agent, to: Agent | None, count: int) -> str:
    facts = {"name": agent.name, "to": to, "count": count}
    if to is None:
        return (
            ngettext(
                "%(name)s can no longer sign in. %(count)s ticket is unassigned now.",
                "%(name)s can no longer sign in. %(count)s tickets are unassigned now.",
                count,
            )
            % facts
        )
    return (
        ngettext(
            "%(name)s can no longer sign in. %(count)s ticket is with %(to)s now.",
            "%(name)s can no longer sign in. %(count)s tickets are with %(to)s now.",
            count,
        )
        % facts
    )
