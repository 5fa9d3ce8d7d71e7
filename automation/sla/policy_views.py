"""What is promised to whom, in the settings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.access import AgentRequest, administrator
from agents.forms import sent
from automation.models import Policy, Promise
from automation.sla import moving
from automation.sla.policy_forms import PolicyForm, step_forms, steps_of
from tickets.due import hours_and_minutes
from tickets.models import Priority


@require_safe
@administrator
def policies(request: AgentRequest) -> HttpResponse:
    """In their order."""
    listed = [{"policy": policy, "says": _in_short(policy)} for policy in Policy.objects.all()]
    return render(request, "automation/policies.html", {"policies": listed})


def _in_short(policy: Policy) -> str:
    """What it promises at normal priority."""
    lengths = {
        promise: policy.targets.get(promise, {}).get(str(Priority.NORMAL.value)) for promise in Promise
    }
    return " · ".join(
        f"{promise.label} {hours_and_minutes(length)}" for promise, length in lengths.items() if length
    )


@require_http_methods(["GET", "POST"])
@administrator
def new_policy(request: AgentRequest) -> HttpResponse:
    return _edit(request, Policy())


@require_http_methods(["GET", "POST"])
@administrator
def policy(request: AgentRequest, policy_id: int) -> HttpResponse:
    return _edit(request, get_object_or_404(Policy, pk=policy_id))


def _edit(request: AgentRequest, policy: Policy) -> HttpResponse:
    """The editor. Where clocks that run would move, it asks first whether they are to."""
    form, steps = PolicyForm(sent(request), policy), step_forms(sent(request), policy)
    if not (form.is_valid() and (not steps.is_bound or steps.is_valid())):
        context = {"form": form, "steps": steps, "policy": policy}
        return render(request, "automation/policy.html", context, status=422 if form.is_bound else 200)
    facts = form.facts() | ({"steps": steps_of(steps)} if steps.is_bound else {})
    running = request.POST.get("running", "")
    if not running and (count := _would_move(policy, facts)):
        said = [(name, value) for name, values in request.POST.lists() for value in values]
        context = {"policy": policy, "count": count, "most": moving.MOST, "said": said}
        return render(request, "automation/policy_running.html", context)
    policy.change(request.user, **facts)
    if running == "move":
        moving.move_all()
    messages.success(request, _("Saved."))
    return redirect("policies")


def _would_move(policy: Policy, facts: dict[str, Any]) -> int:
    wanted = Policy(pk=policy.pk, position=policy.position, **facts | {"steps": policy.steps})
    return moving.would_move(wanted)


@require_POST
@administrator
def policy_place(request: AgentRequest, policy_id: int) -> HttpResponse:
    """One up or down: the first whose conditions hold is a ticket's."""
    get_object_or_404(Policy, pk=policy_id).move(request.POST.get("to") == "up", request.user)
    return redirect("policies")


@require_POST
@administrator
def policy_removal(request: AgentRequest, policy_id: int) -> HttpResponse:
    get_object_or_404(Policy, pk=policy_id).remove(request.user)
    messages.success(request, _("Deleted."))
    return redirect("policies")
