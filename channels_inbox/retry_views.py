"""A message that did not arrive is sent again."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agents.access import AgentRequest, signed_in
from channels_inbox import delivery
from tickets.models import Message, Ticket
from tickets.views.answers import changed


@require_POST
@signed_in
def retry_delivery(request: AgentRequest, message_id: int) -> HttpResponse:
    """Through the ticket's door; pressed twice, it is sent once."""
    messages = Message.objects.filter(ticket__in=Ticket.objects.visible_to(request.user))
    related = "ticket__customer__company", "ticket__assignee", "ticket__team"
    message = get_object_or_404(messages.select_related(*related), pk=message_id)
    again = delivery.retry(message)
    said = _("Sending it again.") if again else _("It is on its way already.")
    return changed(request, message.ticket, said)
