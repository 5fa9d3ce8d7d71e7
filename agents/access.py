"""Who may open a page: one decorator a right."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django_htmx.middleware import HtmxDetails

from agents.models import Agent

View = Callable[..., HttpResponseBase]


class AgentRequest(HttpRequest):
    """A request behind the door: from an active agent."""

    user: Agent
    htmx: HtmxDetails


def signed_in(view: View) -> View:
    """For active agents; everyone else is led to the sign-in page, and back after it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        return view(request, *args, **kwargs)

    return guarded


def administrator(view: View) -> View:
    """For administrators; other agents get 403."""

    @wraps(view)
    def guarded(request: AgentRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_administrator:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return signed_in(guarded)


def lead(view: View) -> View:
    """For leads, supervisors and administrators; other agents get 403."""

    @wraps(view)
    def guarded(request: AgentRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_lead:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return signed_in(guarded)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """A fragment cannot show the sign-in page: htmx is told to load it whole, and to come back to the page behind it."""
    fragment = request.headers.get("HX-Request") == "true"
    back = HtmxDetails(request).current_url_abs_path if fragment else request.get_full_path()
    address = reverse("account_login")
    if back and (fragment or request.method in {"GET", "HEAD"}):
        address += "?" + urlencode({"next": back})
    if fragment:
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
