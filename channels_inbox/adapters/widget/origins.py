"""On which websites a widget may stand: what a browser says of a page that asks (Origin, RFC 6454)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.utils.translation import gettext as _

_PORTS = {"https": 443, "http": 80}
_HOST = re.compile(r"(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\]")


def origin_of(written: str) -> str:
    """The one spelling of a website's origin: https://shop.example, with its port where that is unusual;
    https://*.shop.example is all of its subdomains. ValueError when it is none."""
    written = written.strip().lower()
    try:
        parts = urlsplit(written if "://" in written else f"https://{written}")
        host, port = parts.hostname or "", parts.port
        host = f"[{host}]" if ":" in host else host if host.isascii() else host.encode("idna").decode()
    except ValueError:
        host, parts, port = "", urlsplit(""), None
    bare = parts.path in {"", "/"} and not (parts.query or parts.fragment or parts.username)
    if parts.scheme not in _PORTS or not bare or not _HOST.fullmatch(host):
        raise ValueError(
            _("%(origin)s is not a website’s address, such as https://shop.example.") % {"origin": written}
        )
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != _PORTS[parts.scheme] else "")


def is_allowed(origin: str, allowed: Iterable[str], host: str = "") -> bool:
    """Whether a page of that origin may ask: one of `allowed`, or a page of our own (`host`)."""
    origin = origin.lower()
    if not origin or origin == "null":
        return False
    if origin == settings.PUBLIC_URL or (is_ours(host) and origin.partition("://")[2] == host.lower()):
        return True
    return any(_matches(origin, one) for one in allowed)


def is_ours(host: str) -> bool:
    """Whether we answer to that name: whoever lets his own lead to us does not make his website ours."""
    return validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS or ["localhost"])


def _matches(origin: str, allowed: str) -> bool:
    scheme, star, rest = allowed.partition("://*.")
    if not star:
        return origin == allowed
    return origin.startswith(f"{scheme}://") and origin.endswith(f".{rest}")
