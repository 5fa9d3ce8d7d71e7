"""Which server a channel's mail leaves by: the desk's own, or one that an administrator named for the channel."""

import smtplib
import socket
import ssl
from collections.abc import Hashable
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend

from channels_inbox import hosts, secrets
from channels_inbox.models import Outlet, Security, Way


class _Plain(smtplib.SMTP):
    """Connects through the guard only."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return hosts.connect(host, port, timeout)


class _Tls(smtplib.SMTP_SSL):
    """Connects through the guard only, encrypted from the first byte; the certificate has to be the server's."""

    context: ssl.SSLContext
    _host: str

    def _get_socket(self, host: str, port: int, timeout: float) -> ssl.SSLSocket:
        return self.context.wrap_socket(hosts.connect(host, port, timeout), server_hostname=self._host)


class ChosenServer(EmailBackend):
    """A server that an administrator named."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _Tls if self.use_ssl else _Plain


def server_of(outlet: Outlet) -> Hashable:
    """What tells one server from another: an open connection serves only the same one."""
    if outlet.way == Way.SMTP:
        return (outlet.host, outlet.port, outlet.security, outlet.user, outlet.secret)
    return (settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT)


def connection_for(outlet: Outlet) -> Any:
    """A mail backend of Django's, not opened yet. Raises secrets.Undecryptable."""
    if outlet.way != Way.SMTP:
        return get_connection()
    return ChosenServer(
        host=outlet.host,
        port=outlet.port,
        username=outlet.user,
        password=secrets.decrypt(outlet.secret),
        use_tls=outlet.security == Security.STARTTLS,
        use_ssl=outlet.security == Security.TLS,
        timeout=settings.EMAIL_TIMEOUT,
    )
