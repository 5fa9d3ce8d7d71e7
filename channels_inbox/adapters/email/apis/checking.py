"""Webhooks of providers: django-anymail's views check and read them, with the secrets of one outlet."""

from collections.abc import Sequence
from typing import Any

from anymail.exceptions import AnymailError
from anymail.signals import AnymailTrackingEvent
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest

from channels_inbox.adapters.email.apis import NotGenuine


def checked(view: Any, secret: str, request: HttpRequest) -> Sequence[AnymailTrackingEvent]:
    """What the request tells, checked by `view`, which was made with `secret`: without one, nothing is proved."""
    if not secret:
        raise NotGenuine("There is no secret to check it by.")
    try:
        view.run_validators(request)
    except (AnymailError, SuspiciousOperation, ValueError, TypeError, LookupError, AttributeError) as error:
        raise NotGenuine(type(error).__name__) from error
    return view.parse_events(request)
