from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from helpdesk.api.problems import not_found


@csrf_exempt  # as every view of the API, which asks for a token
def schema(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
    from helpdesk.api.schema import SchemaView  # takes long, which every start would wait for

    return SchemaView.as_view()(request, **kwargs)


@csrf_exempt
def docs(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
    from helpdesk.api.schema import DocsView

    return DocsView.as_view()(request, **kwargs)


urlpatterns = [
    path("", include("agents.api.urls")),
    path("", include("customers.api.urls")),
    path("", include("tickets.api.urls")),
    path("schema/", schema, name="api-schema"),
    path("docs/", docs, name="api-docs"),
    path("", not_found, name="api-root"),
    path("<path:path>", not_found, name="api-nothing"),
]
