from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security)
def mail_leaves_in_production(**kwargs: Any) -> list[CheckMessage]:
    """The outbox keeps mail on this machine, where anyone may read it: never in production."""
    if settings.PRODUCTION and settings.EMAIL_BACKEND.startswith("helpdesk.outbox."):
        return [Error("Outgoing mail ends in the outbox.", hint="Set EMAIL_URL.", id="fanoos.E001")]
    return []
