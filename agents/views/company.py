from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agents.access import AgentRequest, administrator
from agents.forms import Company, sent
from agents.models import Workspace


@require_http_methods(["GET", "POST"])
@administrator
def company(request: AgentRequest) -> HttpResponse:
    """Whose desk this is, and the name that its mail comes from."""
    form = Company(sent(request), instance=Workspace.current())
    if not form.is_valid():
        return render(request, "settings/company.html", {"form": form}, status=422 if form.is_bound else 200)
    Workspace.current().change(request.user, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("company")
