"""HTTP to hosts that an administrator typed: what `hosts.http_client` is made of."""

from collections.abc import Iterable
from typing import Any

import httpcore
import httpx
from httpx import HTTPError, InvalidURL

from channels_inbox import hosts

__all__ = ["HTTPError", "InvalidURL", "client"]


class _Guarded(httpcore.NetworkBackend):
    """Opens HTTP connections to checked addresses; each redirect opens another one, and is checked like the first."""

    plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            address = hosts.resolve(host, port)[0][1][0]
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        return self.plain.connect_tcp(address, port, timeout, local_address, socket_options)


def client(timeout: float) -> httpx.Client:
    """`timeout` is in seconds, and for each of connecting, writing and reading."""
    transport = httpx.HTTPTransport(trust_env=False)
    transport._pool = httpcore.ConnectionPool(
        ssl_context=httpx.create_ssl_context(trust_env=False), network_backend=_Guarded()
    )
    return httpx.Client(transport=transport, timeout=timeout, trust_env=False, follow_redirects=False)
