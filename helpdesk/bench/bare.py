"""What pages are compared with: a signed-in Django view that renders 50 rows of one indexed query, and no more.

Its address exists only where `helpdesk.bench.wsgi` serves.
"""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from tickets.models import Pile, Ticket

PAGE = """<!doctype html><html lang="en"><title>Tickets</title><body><h1>{{ user.name }}</h1><table>
{% for ticket in tickets %}<tr><td><a href="/tickets/{{ ticket.pk }}/">{{ ticket.pk }}</a></td>
<td>{{ ticket.subject }}</td><td>{{ ticket.customer.name }}</td><td>{{ ticket.get_status_display }}</td>
<td>{{ ticket.preview }}</td><td>{{ ticket.activity_at|date:"j M Y, H:i" }}</td></tr>
{% endfor %}</table></body></html>"""


@login_required
def bare(request: HttpRequest) -> HttpResponse:
    tickets = (
        Ticket.objects.filter(pile=Pile.ACTIVE).select_related("customer").order_by("-activity_at", "-id")
    )
    shown = {"tickets": tickets.defer("search_text")[:50], "user": request.user}
    return HttpResponse(_template.render(shown, request))


_template = engines["django"].from_string(PAGE)
urlpatterns = [path("bare/", bare), path("", include("helpdesk.urls"))]
