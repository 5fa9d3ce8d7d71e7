"""Reaching hosts that an administrator typed: the only way out to them.

Where the desk is HOSTED, its administrators are strangers: an address inside our own network, the machine itself or a
cloud's metadata service is refused. A name is resolved once, and what was checked is what is connected to: an answer
that changes afterwards changes nothing. Self-hosted, a mail server on the private network is the rule, and allowed.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    import httpx

CONNECT_SECONDS = 15.0
NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class ForbiddenHost(OSError):
    """The host is, or leads, inside our own network."""


class Unanswered(OSError):
    """Over HTTP there was no answer, or none that is of use."""


class NoAddress(Unanswered):
    """What was to be asked is no address."""


def connect(host: str, port: int, timeout: float = CONNECT_SECONDS) -> socket.socket:
    """A TCP connection to the first address of `host` that answers.

    Raises ForbiddenHost, socket.gaierror when there is no such host, or the OSError of the last address tried."""
    last: OSError | None = None
    for family, address in resolve(host, port):
        connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            connection.settimeout(timeout)
            connection.connect(address)
        except OSError as error:
            connection.close()
            last = error
        else:
            return connection
    raise last or OSError(f"{host} has no address")


def resolve(host: str, port: int) -> list[tuple[int, Any]]:
    """The socket addresses of `host` as (family, address). ForbiddenHost if any of them is not for us to reach: a
    name with one foot inside is no honest name."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise socket.gaierror(socket.EAI_NONAME, "not a host name") from error
    if settings.HOSTED and any(is_inside(ipaddress.ip_address(info[4][0])) for info in found):
        raise ForbiddenHost(f"{host} is not a public host")
    return [(info[0], info[4]) for info in found]


def is_inside(address: Address) -> bool:
    """Whether it is anything but a public unicast address, also as an IPv6 address that stands for an IPv4 one."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id:
            return True
        if embedded := _embedded(address):
            return is_inside(embedded)
    return not address.is_global or address.is_multicast or address.is_reserved


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address within: mapped (RFC 4291), 6to4 (RFC 3056), Teredo (RFC 4380) or NAT64 (RFC 6052)."""
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


@contextmanager
def http_client(timeout: float = CONNECT_SECONDS) -> Iterator[httpx.Client]:
    """An HTTP client that goes through the same guard. It asks no proxy and follows no redirect by itself.

    Raises Unanswered instead of what httpx calls HTTPError, its name as the text and itself as the cause."""
    from channels_inbox import guarded  # takes long, which every start would wait for

    try:
        with guarded.client(timeout) as client:
            yield client
    except guarded.InvalidURL as error:
        raise NoAddress from error
    except guarded.HTTPError as error:
        raise Unanswered(type(error).__name__) from error
