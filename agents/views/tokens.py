from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from agents.access import AgentRequest, signed_in
from agents.forms import NewToken, sent
from agents.models import Token


@require_http_methods(["GET", "POST"])
@signed_in
@never_cache
def tokens(request: AgentRequest) -> HttpResponse:
    """One's own keys to the API. A new one's secret is in this one answer and nowhere else."""
    form = NewToken(sent(request))
    secret = None
    if form.is_valid():
        facts = form.cleaned_data
        _token, secret = Token.issue(request.user, facts["name"], facts["scopes"], request.user)
        form = NewToken()
    context = {"form": form, "secret": secret, "tokens": request.user.tokens.filter(revoked_at=None)}
    return render(request, "settings/tokens.html", context, status=422 if form.is_bound else 200)


@require_POST
@signed_in
def revoke(request: AgentRequest, token_id: int) -> HttpResponse:
    """That program is out, at once."""
    token = get_object_or_404(request.user.tokens, pk=token_id)
    token.revoke(request.user)
    messages.success(request, _("“%(name)s” no longer opens anything.") % {"name": token.name})
    return redirect("tokens")
