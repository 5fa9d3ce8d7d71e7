from django.urls import include, path

from helpdesk.api.problems import not_found
from helpdesk.api.schema import DocsView, SchemaView

urlpatterns = [
    path("", include("agents.api.urls")),
    path("", include("customers.api.urls")),
    path("", include("tickets.api.urls")),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", DocsView.as_view(), name="api-docs"),
    path("", not_found, name="api-root"),
    path("<path:path>", not_found, name="api-nothing"),
]
