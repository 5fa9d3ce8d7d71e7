"""Every socket address, in one place, and who may open one."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from channels.auth import AuthMiddlewareStack
from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.urls import path

from channels_inbox.adapters import parts
from tickets.sockets import DeskSocket


class SameOrigin:
    """Refuses a socket that another site's page opens with an agent's cookie: Origin must be the host asked for."""

    def __init__(self, application: Callable[..., Awaitable[Any]]) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        origin, host = headers.get(b"origin", ""), headers.get(b"host", "")
        allowed = bool(host) and urlsplit(origin).netloc == host
        if not allowed and origin not in settings.CSRF_TRUSTED_ORIGINS:
            return await WebsocketDenier()(scope, receive, send)
        return await self.application(scope, receive, send)


websocket_urlpatterns = [
    path("ws/desk/", SameOrigin(AuthMiddlewareStack(DeskSocket.as_asgi())), name="desk-socket"),
    *(route for sockets in parts("sockets") for route in sockets.websocket_urlpatterns),
]
"""Those of channels say themselves whose pages may open them."""
