"""What came in and could not become a message: an administrator sees why, and tries again or discards."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agents.access import AgentRequest, administrator
from channels_inbox.models import Parcel
from channels_inbox.reading import readable

PAGE = 50
AT_ONCE = 1000
"""How many are released or deleted by one press."""


@require_safe
@administrator
def quarantine(request: AgentRequest) -> HttpResponse:
    """Newest first, a flood as one; `before` is the last one's id on the page before."""
    before = request.GET.get("before", "")
    place = int(before[:18]) if before.isdecimal() else None
    found = Parcel.objects.quarantined().heaps(place).select_related("channel")
    page = list(found[: PAGE + 1])
    more = page[PAGE - 1].pk if len(page) > PAGE else None
    return render(request, "channels_inbox/settings_quarantine.html", {"parcels": page[:PAGE], "more": more})


@require_safe
@administrator
def parcel(request: AgentRequest, parcel_id: int) -> HttpResponse:
    """Its error, its headers and its text."""
    parcel = get_object_or_404(Parcel.objects.quarantined().defer(None), pk=parcel_id)
    alike = Parcel.objects.held_alike(parcel)[:AT_ONCE].count()
    context = {"parcel": parcel, "seen": readable(bytes(parcel.raw)), "size": len(parcel.raw), "alike": alike}
    return render(request, "channels_inbox/settings_parcel.html", context)


@require_safe
@administrator
def raw(request: AgentRequest, parcel_id: int) -> HttpResponse:
    """Byte for byte as it came, to be saved, never shown."""
    parcel = get_object_or_404(Parcel.objects.quarantined().defer(None), pk=parcel_id)
    headers = {
        "Content-Disposition": f'attachment; filename="parcel-{parcel.pk}.eml"',
        "Content-Security-Policy": "sandbox",
    }
    return HttpResponse(bytes(parcel.raw), content_type="application/octet-stream", headers=headers)


@require_POST
@administrator
def retry(request: AgentRequest, parcel_id: int) -> HttpResponse:
    """Read it once more."""
    get_object_or_404(Parcel.objects.defer("raw"), pk=parcel_id).retry(request.user)
    messages.success(request, _("It is read again. Where that fails, it comes back here."))
    return redirect("quarantine")


@require_POST
@administrator
def release(request: AgentRequest, parcel_id: int) -> HttpResponse:
    """Let it through, or all that are held alike, whatever the rules say."""
    for parcel in _named(request, parcel_id):
        parcel.release(request.user)
    messages.success(request, _("Released. It becomes a ticket in a moment."))
    return redirect("quarantine")


@require_POST
@administrator
def discard(request: AgentRequest, parcel_id: int) -> HttpResponse:
    """Delete its content for good, or that of all that are held alike."""
    for parcel in _named(request, parcel_id):
        parcel.discard(request.user)
    messages.success(request, _("Deleted."))
    return redirect("quarantine")


def _named(request: AgentRequest, parcel_id: int) -> list[Parcel]:
    parcel = get_object_or_404(Parcel.objects.defer("raw"), pk=parcel_id)
    return list(Parcel.objects.held_alike(parcel)[:AT_ONCE]) if "alike" in request.POST else [parcel]
