"""Which server a channel's mail leaves by."""

from collections.abc import Hashable
from typing import Any

from django.conf import settings
from django.core.mail import get_connection

from channels_inbox.models import Outlet


def server_of(outlet: Outlet) -> Hashable:
    """What tells one server from another: an open connection serves only the same one."""
    return (settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT)


def connection_for(outlet: Outlet) -> Any:
    """A mail backend of Django's, not opened yet."""
    return get_connection()
