"""The door of the widget's HTTP addresses: whose page asks, as which visitor, how often, and in which language."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from agents.callers import address_of
from channels_inbox.adapters.widget import limits
from channels_inbox.adapters.widget.jsons import object_in
from channels_inbox.adapters.widget.models import Visitor, Widget
from channels_inbox.adapters.widget.origins import is_allowed

MOST_BYTES = 64 * 1024
"""Of a request that is no file."""
PREFLIGHT = 600
"""Seconds for which a browser need not ask again whether it may."""


class Refused(Exception):
    """It is answered with that status."""

    def __init__(self, status: HTTPStatus, words: str = "", after: int = 0) -> None:
        super().__init__(words)
        self.status, self.after = status, after


class Asking(HttpRequest):
    """A request from a page that may ask."""

    widget: Widget
    visitor: Visitor
    origin: str


View = Callable[..., HttpResponseBase]


def from_page(*methods: str, what: str = "ask") -> Callable[[View], View]:
    """For pages on which the widget of the address's `key` stands."""
    return _door(methods, what, _by_key)


def from_visitor(*methods: str, what: str = "ask") -> Callable[[View], View]:
    """For whoever brings a visitor's token, from such a page."""
    return _door(methods, what, _by_token)


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that was sent. Refused for anything else."""
    if len(request.body) > MOST_BYTES:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        text = request.body.decode()
    except UnicodeDecodeError:
        text = "?"
    sent = object_in(text or "{}")
    if not sent and text.strip() not in {"", "{}"}:
        raise Refused(HTTPStatus.BAD_REQUEST, _("This is not a JSON object."))
    return sent


def text_in(sent: dict[str, Any], name: str) -> str:
    value = sent.get(name)
    return value if isinstance(value, str) else ""


def problem(refused: Refused) -> HttpResponse:
    """RFC 9457."""
    body = {"type": "about:blank", "title": refused.status.phrase, "status": int(refused.status)}
    if str(refused):
        body["detail"] = str(refused)
    response = JsonResponse(body, status=refused.status, content_type="application/problem+json")
    if refused.after:
        response["Retry-After"] = str(refused.after)
    return response


def _door(
    methods: tuple[str, ...], what: str, known: Callable[[Asking, dict[str, Any]], None]
) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def guarded(request: Asking, **args: Any) -> HttpResponseBase:
            request.origin = request.headers.get("Origin", "")
            if request.method == "OPTIONS":
                return _preflight(request, methods)
            try:
                if request.method not in methods:
                    raise Refused(HTTPStatus.METHOD_NOT_ALLOWED)
                known(request, args)
                _may_ask(request, what)
                with translation.override(_language(request)):
                    response = view(request, **args)
            except Refused as refused:
                response = problem(refused)
            except (RequestDataTooBig, MultiPartParserError) as error:
                too_big = isinstance(error, RequestDataTooBig)
                response = problem(
                    Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE if too_big else HTTPStatus.BAD_REQUEST)
                )
            if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
                response["Allow"] = ", ".join((*methods, "OPTIONS"))
            return _open_to(request.origin, response) if hasattr(request, "widget") else response

        return guarded

    return decorate


def _by_key(request: Asking, args: dict[str, Any]) -> None:
    found = Widget.objects.select_related("channel__team").filter(
        key=args.pop("key"), channel__is_active=True
    )
    widget = found.first()
    if widget is None:
        raise Refused(HTTPStatus.NOT_FOUND)
    request.widget = widget


def _by_token(request: Asking, args: dict[str, Any]) -> None:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    visitor = Visitor.objects.of_token(token.strip()) if scheme.lower() == "bearer" and token else None
    if visitor is None:
        raise Refused(HTTPStatus.UNAUTHORIZED)
    request.visitor, request.widget = visitor, visitor.channel.widget


def _may_ask(request: Asking, what: str) -> None:
    """A browser names the origin wherever a page of another one asks, and always where it changes something."""
    if (request.origin or request.method not in {"GET", "HEAD"}) and not is_allowed(
        request.origin, request.widget.origins, request.get_host()
    ):
        del request.widget  # the answer is for nobody's page
        words = _("The website %(origin)s may not show this chat.") % {"origin": request.origin or "–"}
        raise Refused(HTTPStatus.FORBIDDEN, words)
    visitor = getattr(request, "visitor", None)
    if visitor is not None and visitor.blocked_at:
        raise Refused(HTTPStatus.FORBIDDEN, _("This chat is closed for you."))
    if wait := limits.wait_for(what, address_of(request), visitor.pk if visitor else None):
        raise Refused(
            HTTPStatus.TOO_MANY_REQUESTS, _("That was a little too often. Please wait a moment."), wait
        )


def language_of(widget: Widget, wished: str) -> str:
    """One of ours: the widget's own, else what the page or the visitor wishes, else the first."""
    ours = dict(settings.LANGUAGES)
    for one in (widget.language, wished.lower(), wished.lower().partition("-")[0]):
        if one in ours:
            return one
    return settings.LANGUAGE_CODE


def _language(request: Asking) -> str:
    visitor = getattr(request, "visitor", None)
    return language_of(request.widget, visitor.language if visitor else request.GET.get("lang", ""))


def _preflight(request: Asking, methods: tuple[str, ...]) -> HttpResponse:
    """What a browser asks before it sends (Fetch, CORS): any page may know that there is such an address; whether
    it may be used is said by the answer itself."""
    response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    if request.origin:
        response["Access-Control-Allow-Origin"] = request.origin if request.origin.isascii() else "null"
        response["Access-Control-Allow-Methods"] = ", ".join(methods)
        response["Access-Control-Allow-Headers"] = "authorization, content-type"
        response["Access-Control-Max-Age"] = str(PREFLIGHT)
        patch_vary_headers(response, ["Origin"])
    return response


def _open_to(origin: str, response: HttpResponseBase) -> HttpResponseBase:
    """Only the page that asked may read it; there are no cookies."""
    if origin:
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Expose-Headers"] = "Retry-After"
    patch_vary_headers(response, ["Origin"])
    return response
