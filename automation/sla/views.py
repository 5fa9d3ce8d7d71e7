"""What is promised on a ticket, beside its conversation."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from agents.access import AgentRequest, signed_in
from automation.sla.why import promises_of
from tickets.models import Ticket


@require_safe
@signed_in
def ticket_clocks(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """Each clock, and why it is due then."""
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user), pk=ticket_id)
    return render(request, "automation/clocks.html", {"promises": promises_of(ticket)})
