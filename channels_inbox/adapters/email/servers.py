"""Which server a channel's mail leaves by: the desk's own, one that an administrator named for the channel, the one of
who holds the mailbox, or a provider's that only sends."""

import smtplib
import socket
import ssl
from collections.abc import Hashable
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend

from channels_inbox import hosts, secrets
from channels_inbox.adapters.email import apis, tokens
from channels_inbox.adapters.email.providers import service_of
from channels_inbox.adapters.email.troubles import Trouble
from channels_inbox.models import Consent, Outlet, Provider, Security, Way


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


class _ByToken(_Plain):
    """Signs in by XOAUTH2. After a refusal the server explains itself, and an empty answer ends the exchange."""

    def login(self, user: str, password: str, *, initial_response_ok: bool = True) -> tuple[int, bytes]:
        self.ehlo_or_helo_if_needed()
        if not self.has_extn("auth"):
            raise smtplib.SMTPNotSupportedError("SMTP AUTH extension not supported by server.")
        said = f"user={user}\1auth=Bearer {password}\1\1"
        return self.auth("XOAUTH2", lambda challenge=None: said if challenge is None else "")


class ProvidersServer(EmailBackend):
    """The server of who holds the mailbox, signed in to by the consent's token; by another one, where this one is
    refused."""

    connection_class = _ByToken

    def __init__(self, consent: Consent, **options: Any) -> None:
        super().__init__(username=consent.user, password=tokens.access(consent), **options)
        self.consent = consent

    def open(self) -> bool | None:
        try:
            return super().open()
        except smtplib.SMTPAuthenticationError as error:
            if error.smtp_code < 500:
                raise
        self.password = tokens.access_instead_of(self.password, self.consent)
        try:
            return super().open()
        except smtplib.SMTPAuthenticationError as error:
            raise Trouble("account", str(error)) from error


def server_of(outlet: Outlet) -> Hashable:
    """What tells one server from another: an open connection serves only the same one."""
    if outlet.by_api:
        return (outlet.way, outlet.region, outlet.domain, outlet.user, outlet.secret)
    if outlet.way == Way.SMTP:
        return (outlet.host, outlet.port, outlet.security, outlet.user, outlet.secret)
    if outlet.way in Provider:
        return (outlet.way, outlet.channel_id)
    return (settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT)


def connection_for(outlet: Outlet) -> Any:
    """A mail backend of Django's, not opened yet. Raises secrets.Undecryptable, or Trouble where a provider's consent
    is no good."""
    if outlet.way in Provider:
        return _at_provider(outlet)
    if outlet.by_api:
        return apis.backend(outlet)
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


def _at_provider(outlet: Outlet) -> ProvidersServer:
    consent = Consent.objects.filter(channel=outlet.channel_id, provider=outlet.way).first()
    if consent is None:
        raise Trouble("consent")
    at = service_of(consent.provider)
    return ProvidersServer(
        consent,
        host=at.smtp_host,
        port=at.smtp_port,
        use_tls=at.smtp_security == Security.STARTTLS,
        timeout=settings.EMAIL_TIMEOUT,
    )
