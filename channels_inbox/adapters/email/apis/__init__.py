"""Providers that send our mail for us: their HTTP APIs to hand it over, their webhooks that tell how it went on.

One module each, imported when the first outlet needs it (their libraries are large), with

- `backend(outlet)`: a mail backend of django-anymail's with the outlet's own keys, that also has `hand_over`;
- `events(outlet, request)`: what a webhook's request tells, once it is proved to be the provider's. Raises NotGenuine.

Their addresses are fixed; `MAIL_API_URLS` leads elsewhere in tests.
"""

import re
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest

from channels_inbox.models import Outlet

if TYPE_CHECKING:
    from anymail.signals import AnymailTrackingEvent


TOPIC = re.compile(r"arn:(aws|aws-us-gov|aws-cn):sns:([a-z]{2}(?:-[a-z]+)+-\d{1,2}):\d{12}:[\w.-]{1,256}")
"""The ARN of a topic of Amazon SNS, by which SES reports: its partition and region."""


class NotGenuine(Exception):
    """Nothing proves that the provider sent it to this outlet."""


def backend(outlet: Outlet) -> Any:
    """Not opened yet. Raises secrets.Undecryptable."""
    return _module(outlet).backend(outlet)


def events(outlet: Outlet, request: HttpRequest) -> Sequence["AnymailTrackingEvent"]:
    """What the request tells, proved to come from the outlet's provider. Raises NotGenuine."""
    return _module(outlet).events(outlet, request)


def elsewhere(name: str, argument: str = "api_url") -> dict[str, Any]:
    """The address to use instead of the provider's own, as a keyword argument."""
    url = settings.MAIL_API_URLS.get(name)
    return {argument: url} if url else {}


def _module(outlet: Outlet) -> ModuleType:
    if not outlet.by_api:
        raise LookupError(f"{outlet.way} is no provider")
    return import_module(f"{__name__}.{outlet.way}")
