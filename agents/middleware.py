"""Language and time zone of the agent who asks."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

LANGUAGE_COOKIE = settings.LANGUAGE_COOKIE_NAME


class AgentPreferences:
    """An agent's own choice where he is signed in; a cookie or the browser's wish elsewhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        agent = request.user if request.user.is_authenticated else None
        language = agent.language if agent else translation.get_language_from_request(request)
        zone = ZoneInfo(agent.time_zone) if agent else None
        with translation.override(language), timezone.override(zone):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.setdefault("Content-Language", language)
            if not agent:
                response.setdefault("Vary", "Accept-Language, Cookie")
            return response
