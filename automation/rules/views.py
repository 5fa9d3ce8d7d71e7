"""On a ticket: what rules did, and why."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agents.access import AgentRequest, signed_in
from automation.actions import People, described
from automation.models import RuleRun
from automation.rules import editor
from automation.rules.happenings import HAPPENINGS
from tickets.times import clock
from tickets.views.door import visible_ticket

MOST_SHOWN = 100


@signed_in
@require_safe
def trace(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """Each run on the ticket, newest first, with the conditions as they were met."""
    ticket, people = visible_ticket(request, ticket_id), People.now()
    runs = [
        {
            "run": run,
            "at": clock(run.at),
            "when": _what_happened(run),
            "why": [(editor.described(leaf, people), leaf["held"]) for leaf in run.why],
            "did": [(described(action, people), _refusal(action)) for action in run.did],
        }
        for run in RuleRun.objects.filter(ticket=ticket).order_by("-id")[:MOST_SHOWN]
    ]
    return render(request, "automation/trace.html", {"ticket": ticket, "runs": runs})


def _what_happened(run: RuleRun) -> str:
    if run.anchor_at is not None:
        return _("Time has passed since %(time)s") % {"time": clock(run.anchor_at).short}
    labels = [str(label) for label, kinds in HAPPENINGS.values() if run.event_kind in kinds]
    return labels[0] if labels else ""


def _refusal(action: dict[str, str]) -> str:
    refused = action.get("refused", "")
    return _("a machine is never answered") if refused == "automatic" else refused
