"""The complaints procedure in the settings: its levels in their order."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.access import AgentRequest, administrator
from agents.forms import sent
from automation.complaints.forms import LevelForm
from automation.models import ComplaintLevel, Owner
from tickets.due import hours_and_minutes


@require_safe
@administrator
def levels(request: AgentRequest) -> HttpResponse:
    listed = [
        {"level": level, "says": _in_short(level)}
        for level in ComplaintLevel.objects.select_related("agent", "team")
    ]
    return render(request, "automation/complaints.html", {"levels": listed})


def _in_short(level: ComplaintLevel) -> str:
    """Who answers, within how long."""
    named = {Owner.AGENT: level.agent, Owner.OTHER_TEAM: level.team}.get(Owner(level.owner))
    parts = [str(named or level.get_owner_display())]
    parts.append(hours_and_minutes(level.minutes) if level.minutes else _("no deadline"))
    if level.assigns:
        parts.append(_("the ticket becomes the owner’s"))
    return " · ".join(parts)


@require_http_methods(["GET", "POST"])
@administrator
def new_level(request: AgentRequest) -> HttpResponse:
    return _edit(request, ComplaintLevel(owner=Owner.LEADS))


@require_http_methods(["GET", "POST"])
@administrator
def level(request: AgentRequest, level_id: int) -> HttpResponse:
    return _edit(request, get_object_or_404(ComplaintLevel, pk=level_id))


def _edit(request: AgentRequest, level: ComplaintLevel) -> HttpResponse:
    form = LevelForm(sent(request), level)
    if not form.is_valid():
        context = {"form": form, "level": level}
        return render(
            request, "automation/complaint_level.html", context, status=422 if form.is_bound else 200
        )
    level.change(request.user, **form.facts())
    messages.success(request, _("Saved."))
    return redirect("complaints")


@require_POST
@administrator
def place(request: AgentRequest, level_id: int) -> HttpResponse:
    """One up or down: complaints go from the first to the last."""
    get_object_or_404(ComplaintLevel, pk=level_id).move(request.POST.get("to") == "up", request.user)
    return redirect("complaints")


@require_POST
@administrator
def removal(request: AgentRequest, level_id: int) -> HttpResponse:
    get_object_or_404(ComplaintLevel, pk=level_id).remove(request.user)
    messages.success(request, _("Deleted."))
    return redirect("complaints")
