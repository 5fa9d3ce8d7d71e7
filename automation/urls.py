from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("automation.macros.urls")),
    path("", include("automation.rules.urls")),
    path("", include("automation.routing.urls")),
    path("", include("automation.sla.urls")),
    path("", include("automation.complaints.urls")),
]
