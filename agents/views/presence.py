from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from agents.access import AgentRequest, signed_in
from agents.models import Presence


@require_POST
@signed_in
def change(request: AgentRequest) -> HttpResponse:
    """Be online, away or offline by one's own choice; answers the corner of the rail that shows it."""
    presence = request.POST.get("presence", "")
    if presence not in Presence.values:
        return HttpResponseBadRequest()
    request.user.be(presence, by_hand=True)
    if request.htmx:
        return render(request, "rail_me.html")
    return HttpResponseRedirect(back(request))


def back(request: AgentRequest) -> str:
    """Where the form wishes to return to, if that is one of our own pages."""
    address = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if own else "/"
