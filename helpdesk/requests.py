"""The request id: in every log line of a request and of the tasks it starts, and in the answer's X-Request-ID."""

import re

import structlog
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware

PLACE = re.compile(r"<(?:\w+:)?(\w+)>")


class RequestLog(RequestMiddleware):
    """Logs the route instead of the address: addresses carry tokens, and searches the words of customers."""

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        response["X-Request-ID"] = structlog.contextvars.get_contextvars().get("request_id", "")
        super().handle_response(request, response)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} /{route(request)}"


def route(request: HttpRequest) -> str:
    """The address's pattern with its numbers filled in, such as tickets/42/ or files/<token>/<name>."""
    match = request.resolver_match
    if match is None:
        return ""

    def number_or_name(place: re.Match[str]) -> str:
        value = match.kwargs.get(place[1])
        return str(value) if isinstance(value, int) else f"<{place[1]}>"

    return PLACE.sub(number_or_name, match.route)
