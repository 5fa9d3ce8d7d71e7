"""The first administrator of an empty desk."""

from django.contrib.auth import login
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from agents.forms import FirstAdministrator, sent
from agents.models import Agent, Role

LOCK = 7_206_001  # any number that no other advisory lock of ours has
BACKEND = "agents.backends.AgentBackend"


def is_unclaimed() -> bool:
    """Whether nobody has ever administered this desk."""
    return not Agent.objects.filter(role=Role.ADMINISTRATOR).exists()


@transaction.atomic
def claim(name: str, email: str, password: str) -> Agent | None:
    """Make the first administrator; None for whoever comes second, even at the same moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    if not is_unclaimed():
        return None
    return Agent.objects.create_superuser(email, password, name=name, language=translation.get_language())


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("password")
def welcome(request: HttpRequest) -> HttpResponse:
    """Only while there is no administrator."""
    if not is_unclaimed():
        return redirect("account_login")
    form = FirstAdministrator(sent(request))
    if not form.is_valid():
        return render(request, "account/welcome.html", {"form": form}, status=422 if form.is_bound else 200)
    agent = claim(**form.cleaned_data)
    if agent is None:
        return redirect("account_login")
    login(request, agent, backend=BACKEND)
    return redirect("first-steps")
