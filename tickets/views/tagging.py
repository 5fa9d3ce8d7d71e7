from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from agents.access import AgentRequest
from text.normalise import fold
from tickets.models import Tag, Ticket
from tickets.views.answers import Undo, changed
from tickets.views.door import Resource


class Tags(Resource):
    """The ticket's tags: GET suggests names that begin like `q`, POST adds one by name."""

    def get(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        known = Tag.objects.filter(key__startswith=fold(request.GET.get("q", ""))[:64])
        return JsonResponse({"names": list(known.values_list("name", flat=True)[:20])})

    def post(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        tag = ticket.tag(request.POST.get("name", ""), by=request.user)
        said = _("Tagged “%(tag)s”.") % {"tag": tag}
        return changed(request, ticket, said, Undo("ticket-tag", "DELETE", args=(tag.pk,)))


class TagOf(Resource):
    def delete(self, request: AgentRequest, ticket: Ticket, tag_id: int) -> HttpResponse:
        tag = get_object_or_404(ticket.tags, pk=tag_id)
        ticket.untag(tag, by=request.user)
        said = _("Tag “%(tag)s” removed.") % {"tag": tag}
        return changed(request, ticket, said, Undo("ticket-tags", "POST", {"name": tag.name}))
