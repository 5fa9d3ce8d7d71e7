"""Sockets, and in development pages too (uvicorn)."""

import gc
import os
import sys

# Threads that ask the database and the loop that speaks to all sockets take turns: for a millisecond, not for five.
sys.setswitchinterval(0.001)

# What is loaded stays: to look for garbage in it would only make all sockets wait.
gc.disable()

from django.core.asgi import get_asgi_application  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
pages = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402

from helpdesk.sockets import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": pages,
        "websocket": URLRouter(websocket_urlpatterns),
    }
)

gc.freeze()
gc.enable()
