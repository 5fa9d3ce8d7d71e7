"""Spam from a ticket's menu: the ticket is put away, and whoever wrote it is blocked."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from agents.access import AgentRequest
from channels_inbox.adapters import adapter_of
from channels_inbox.models import Channel, Envelope, Sender, Verdict
from customers.models import IdentityKind
from customers.models.identity import key_of
from tickets.models import Ticket
from tickets.views.answers import Undo, changed
from tickets.views.door import Resource


class SenderOf(Resource):
    """POST marks the ticket as spam and blocks its sender; DELETE takes both back. `was` is what was said of him
    before, for undoing."""

    def post(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        sender = _address(ticket)
        was = Sender.objects.filter(pattern=sender).values_list("verdict", flat=True).first()
        ticket.mark_spam(by=request.user)
        Sender.judge(sender, Verdict.BLOCK, request.user)
        back = Undo("ticket-sender", "DELETE", {"was": was or ""})
        return changed(
            request, ticket, _("Marked as spam, and %(address)s is blocked.") % {"address": sender}, back
        )

    def delete(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        was = request.POST.get("was", "")
        own = ticket.customer.identities.filter(kind=IdentityKind.EMAIL).values("key")
        ticket.unmark_spam(by=request.user)
        for sender in Sender.objects.filter(pattern__in=own, verdict=Verdict.BLOCK):
            if was == Verdict.ALLOW:
                Sender.judge(sender.pattern, was, request.user)
            elif was != Verdict.BLOCK:
                sender.forget(request.user)
        said = _("Not spam.") if was == Verdict.BLOCK else _("Mail of this sender comes in again.")
        return changed(request, ticket, said)


def _address(ticket: Ticket) -> str:
    """Whom to block. ValueError where it is one of us, whose name somebody took, or nobody's address is known."""
    letters = Envelope.objects.incoming().filter(message__ticket=ticket, message__customer=ticket.customer_id)
    last = letters.order_by("-pk").values_list("address", "channel__kind").first()
    if last and adapter_of(last[1]).is_chat:
        raise ValueError(
            _("Who writes there has no mail address that could be blocked. It can be marked as spam.")
        )
    sender = last[0] if last else ticket.customer.email
    if not sender:
        raise ValueError(_("There is no address that could be blocked."))
    if Channel.objects.is_one_of_us(sender):
        raise ValueError(_("This is an address of our own. Marking as spam is all that can be done."))
    return key_of(IdentityKind.EMAIL, sender)
