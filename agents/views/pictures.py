"""Agents' pictures: one's own is chosen here, and everybody's are shown."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agents.access import AgentRequest, signed_in
from agents.forms import PictureForm, Profile
from agents.models import Picture


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponse:
    """For whoever knows its random name: a visitor's chat on any website shows it too."""
    found = get_object_or_404(Picture, name=name)
    response = HttpResponse(bytes(found.content), content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@require_POST
@signed_in
def choose(request: AgentRequest) -> HttpResponse:
    """Show this picture of me from now on."""
    form = PictureForm(request.POST, request.FILES)
    if not form.is_valid():
        context = {"form": Profile(instance=request.user), "picture": form}
        return render(request, "settings/profile.html", context, status=422)
    request.user.show_picture(form.cleaned_data["picture"], request.user)
    messages.success(request, _("Saved."))
    return redirect("profile")


@require_POST
@signed_in
def remove(request: AgentRequest) -> HttpResponse:
    """Show my initials again."""
    request.user.show_picture(None, request.user)
    messages.success(request, _("Your picture is gone."))
    return redirect("profile")
