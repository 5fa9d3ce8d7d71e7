"""Every address of the product; each room lists its own."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

urlpatterns: list[URLPattern | URLResolver] = [
    # First, since what follows is asked one by one whether an address is its own.
    path("api/v1/", include("helpdesk.api.urls")),
    path("", RedirectView.as_view(pattern_name="inbox"), name="home"),
    path("", include("tickets.urls")),
    path("", include("customers.urls")),
    path("", include("agents.urls")),
    path("", include("channels_inbox.urls")),
    path("", include("automation.urls")),
    path("", include("csat.urls")),
    path("", include("reports.urls")),
    path("", include("helpdesk.health.urls")),
]
if not settings.PRODUCTION:
    urlpatterns.append(path("outbox/", include("helpdesk.outbox.urls")))
    urlpatterns.append(path("demo/shop/", include("helpdesk.shop.urls")))

handler400 = "helpdesk.errors.bad_request"
handler403 = "helpdesk.errors.forbidden"
handler404 = "helpdesk.errors.not_found"
handler429 = "helpdesk.errors.too_many"
handler500 = "helpdesk.errors.server_error"
