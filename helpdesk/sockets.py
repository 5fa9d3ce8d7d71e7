"""Every socket address, in one place."""

from django.urls import path

from tickets.sockets import DeskSocket

websocket_urlpatterns = [path("ws/desk/", DeskSocket.as_asgi(), name="desk-socket")]
