"""What was promised and why it was broken, complaints, and what customers write about."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from agents.access import AgentRequest, administrator, lead
from reports import kept
from reports.complaints import complaints
from reports.folding import catch_up
from reports.reports_views import asked_of, filters
from reports.subjects import subjects
from tickets.models import Tag


@require_safe
@lead
def details(request: AgentRequest) -> HttpResponse:
    catch_up()
    form, asked = asked_of(request)
    found = subjects(asked)
    context = {
        "room": "reports",
        **filters(form, asked),
        "promises": kept.lines(asked),
        "reasons": list(kept.REASONS.values()),
        "complaints": complaints(asked),
        "listed": asked.query(kind="complaints"),
        "subjects": found,
        "products": [one for one in found if one.tag.is_product],
    }
    return render(request, "reports/details.html", context)


@require_POST
@administrator
def product(request: AgentRequest, tag_id: int) -> HttpResponse:
    """A tag names a product from now on; with `no` it does not any more."""
    tag = get_object_or_404(Tag, pk=tag_id)
    tag.name_product("no" not in request.POST, request.user)
    return redirect(f"{reverse('reports-details')}?{asked_of(request)[1].query()}#subjects")
