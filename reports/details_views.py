"""What was promised and why it was broken, and what customers write about."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agents.access import AgentRequest, lead
from reports import kept
from reports.folding import catch_up
from reports.reports_views import asked_of, filters
from reports.subjects import subjects


@require_safe
@lead
def details(request: AgentRequest) -> HttpResponse:
    catch_up()
    form, asked = asked_of(request)
    context = {
        "room": "reports",
        **filters(form, asked),
        "promises": kept.lines(asked),
        "reasons": list(kept.REASONS.values()),
        "subjects": subjects(asked),
    }
    return render(request, "reports/details.html", context)
