"""Macros at the desk: the menu, using one, taking it back."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agents.access import AgentRequest, signed_in
from automation.macros.applying import offered
from automation.models import Macro, MacroUse
from tickets.models import Ticket
from tickets.views.answers import Undo, changed, refused
from tickets.views.door import Resource, visible_ticket


@signed_in
@require_safe
def menu(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """Those that hold the words `?q=`."""
    ticket = visible_ticket(request, ticket_id)
    words = request.GET.get("q", "")[:200]
    context = {"ticket": ticket, "macros": offered(request.user, ticket, words), "words": words}
    return render(request, "automation/macro_menu.html", context)


class Use(Resource):
    """POST does all that the macro says, but for a reply, which only the composer sends."""

    def post(self, request: AgentRequest, ticket: Ticket, macro_id: int) -> HttpResponse:
        macro = get_object_or_404(Macro.objects.usable_by(request.user), pk=macro_id)
        if macro.reply:
            return refused(request, ticket, _("This macro writes a reply: choose it at the composer."))
        use = macro.use(ticket, request.user)
        said = _("%(name)s: done.") % {"name": macro.name}
        return changed(request, ticket, said, Undo("macro-use", "DELETE", args=(use.pk,)))


@signed_in
@require_http_methods(["POST", "DELETE"])
def take_back(request: AgentRequest, ticket_id: int, use_id: int) -> HttpResponse:
    """For a moment, his own use; also of what put the ticket out of his sight."""
    use = get_object_or_404(
        MacroUse.objects.to_take_back(request.user).select_related("ticket__customer", "ticket__team"),
        pk=use_id,
        ticket=ticket_id,
    )
    use.take_back(request.user)
    return changed(request, use.ticket, _("Taken back."))
