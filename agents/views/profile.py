from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agents.access import AgentRequest, signed_in
from agents.forms import PictureForm, Profile, sent
from agents.models import Agent


@require_safe
@signed_in
def settings(request: AgentRequest) -> HttpResponse:
    """The way in: the list of settings, with one's own profile beside it where there is room."""
    context = {"form": Profile(instance=request.user), "picture": PictureForm(), "at_root": True}
    return render(request, "settings/profile.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def profile(request: AgentRequest) -> HttpResponse:
    """One's own name, language, look and signature."""
    form = Profile(sent(request), instance=Agent.objects.get(pk=request.user.pk))
    if not form.is_valid():
        context = {"form": form, "picture": PictureForm()}
        return render(request, "settings/profile.html", context, status=422 if form.is_bound else 200)
    request.user.change(request.user, **form.cleaned_data)
    with translation.override(request.user.language):
        messages.success(request, _("Saved."))
    return redirect("profile")
