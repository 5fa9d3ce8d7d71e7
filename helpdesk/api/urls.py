from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from agents.seldom import Seldom
from helpdesk.api.problems import not_found

views = Seldom("helpdesk.api.schema")

urlpatterns = [
    path("", include("agents.api.urls")),
    path("", include("customers.api.urls")),
    path("", include("tickets.api.urls")),
    # As every view of the API, they ask for a token.
    path("schema/", csrf_exempt(views.schema), name="api-schema"),
    path("docs/", csrf_exempt(views.docs), name="api-docs"),
    path("", not_found, name="api-root"),
    path("<path:path>", not_found, name="api-nothing"),
]
