from hmac import compare_digest

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView
from prometheus_client import generate_latest

from helpdesk.health.checks import CHECKS
from helpdesk.health.numbers import REGISTRY


@require_safe
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """What the desk stands on answers too; 503 names what does not, without detail."""
    found = {name: check() for name, check in CHECKS.items()}
    answer = {name: "ok" if fine else "failing" for name, fine in found.items()}
    return JsonResponse(answer, status=200 if all(found.values()) else 503)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text format, for whoever shows METRICS_TOKEN as bearer; without one set, in development only."""
    if not _may_read(request):
        return HttpResponseForbidden("forbidden", content_type="text/plain")
    answer = ExportToDjangoView(request)
    answer.content += generate_latest(REGISTRY)
    return answer


def _may_read(request: HttpRequest) -> bool:
    if not settings.METRICS_TOKEN:
        return not settings.PRODUCTION
    shown = request.headers.get("Authorization", "")
    return compare_digest(shown.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
