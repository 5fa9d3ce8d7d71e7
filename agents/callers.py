"""Who is calling: from where a request comes, told by our own proxies and never by the caller."""

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """From where it comes: what our own proxies add to the end of X-Forwarded-For."""
    return address_in(request.headers.get("X-Forwarded-For", ""), request.META.get("REMOTE_ADDR", ""))


def address_in(forwarded: str, peer: str) -> str:
    """The same from X-Forwarded-For, and the address of whoever speaks to us."""
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    passed = [one.strip() for one in forwarded.split(",") if one.strip()]
    return passed[-proxies] if proxies and len(passed) >= proxies else peer
