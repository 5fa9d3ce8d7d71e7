"""A complaint on its ticket: marked and taken back, where it stands, and its steps."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from agents.access import AgentRequest
from automation.models import COMPLAINT, Clock, Complaint, ComplaintLevel
from automation.sla.why import told
from tickets.models import Grievance, Ticket
from tickets.views.answers import Undo, changed
from tickets.views.door import Resource


class ComplaintOf(Resource):
    """GET shows where it stands, or asks what it is about; POST marks it, DELETE takes that back."""

    def get(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        context = {"ticket": ticket, "grievances": Grievance.choices, "case": _standing(ticket)}
        return render(request, "automation/complaint.html", context)

    def post(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        ticket.complain(request.POST.get("about", ""), by=request.user)
        return changed(request, ticket, _("Marked as a complaint."), Undo("ticket-complaint", "DELETE"))

    def delete(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        about = ticket.complaint
        ticket.withdraw_complaint(by=request.user)
        undo = Undo("ticket-complaint", fields={"about": about}) if about else None
        return changed(request, ticket, _("This is no complaint any more."), undo)


class Answer(Resource):
    def post(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        _case(ticket).answer(ticket, request.user)
        return changed(request, ticket, _("The complaint is answered at this level."))


class NextLevel(Resource):
    def post(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        seen = request.POST.get("seen_level", "")
        case = _case(ticket)
        case.pass_on(ticket, request.user, because="customer", seen=int(seen) if seen.isdecimal() else 0)
        return changed(
            request, ticket, _("The complaint is at level %(level)s now.") % {"level": case.position}
        )


class Settlement(Resource):
    def post(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        about = ticket.complaint
        ticket.settle_complaint(by=request.user)
        return changed(
            request, ticket, _("The complaint is settled."), Undo("ticket-complaint", fields={"about": about})
        )


def _case(ticket: Ticket) -> Complaint:
    case = Complaint.objects.filter(ticket=ticket).first()
    if case is None or not ticket.complains:
        raise ValueError(_("This is no complaint that anybody has to answer."))
    return case


def _standing(ticket: Ticket) -> dict[str, Any] | None:
    """The level, its people, its deadline with why, and what comes after it; None where it is at none."""
    case = Complaint.objects.select_related("level").filter(ticket=ticket).first()
    if case is None:
        return None
    clock = Clock.objects.filter(ticket=ticket, kind=COMPLAINT, number=case.number).first()
    return {
        "position": case.position,
        "name": case.level.title if case.level else "",
        "owner": case.level.get_owner_display() if case.level else "",
        "people": case.level.people(ticket) if case.level else [],
        "answered": case.answered_at is not None,
        "promise": told(clock, ticket) if clock else None,
        "next": case.next_level,
        "levels": ComplaintLevel.objects.count(),
    }
