"""The address at a mailed report's end, which anybody's mail program may open."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from agents.models import Workspace
from reports import leaving


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """No more of it by mail. What proves who it is is the address alone: mail programs post to it without a cookie or
    a look at the page, and want no redirect (RFC 8058, 3.1 and 3.2). Looking ends nothing."""
    found = leaving.found(token)
    if found is None:
        raise Http404
    report, agent = found
    if request.POST.get("List-Unsubscribe") == "One-Click":
        report.unsubscribe(agent)
    with translation.override(agent.language):
        mailed = report.recipients.filter(pk=agent.pk).exists()
        context = {"report": report, "mailed": mailed, "company": Workspace.current().name}
        response = render(request, "reports/leave.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
