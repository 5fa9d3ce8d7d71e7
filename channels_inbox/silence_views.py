"""Addresses that nothing is sent to any more, since mail to them failed again and again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agents.access import AgentRequest, administrator
from channels_inbox.models import Silence

MOST = 200


@require_safe
@administrator
def silences(request: AgentRequest) -> HttpResponse:
    """The newest first."""
    found = Silence.objects.standing().order_by("-since")[:MOST]
    return render(request, "channels_inbox/settings_silences.html", {"silences": found})


@require_POST
@administrator
def lift(request: AgentRequest, silence_id: int) -> HttpResponse:
    """Mail goes to the address again."""
    get_object_or_404(Silence, pk=silence_id).lift(request.user)
    messages.success(request, _("Mail goes to this address again."))
    return redirect("silences")
