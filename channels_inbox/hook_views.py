"""The door by which providers report what became of our mail."""

import structlog
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from channels_inbox import reporting
from channels_inbox.adapters.email import apis
from channels_inbox.models import BY_API, Outlet

log = structlog.get_logger(__name__)


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def mail(request: HttpRequest, token: str) -> HttpResponse:
    """Say yes once what it tells is committed; any failure is a 5xx, after which providers come again."""
    outlet = Outlet.objects.select_related("channel").filter(hook_token=token, way__in=BY_API).first()
    if outlet is None:
        raise Http404
    if request.method == "POST":
        try:
            events = apis.events(outlet, request)
        except apis.NotGenuine as error:
            log.warning("hook_refused", outlet=outlet.pk, why=str(error))
            return HttpResponse(status=400)
        reporting.take(outlet, events)
    return HttpResponse()
