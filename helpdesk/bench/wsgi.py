"""The product's pages and the bare one beside them, on the same worker."""

import sys

# As the container has it: what libraries load only because developers have it installed is not there.
for name in ("rich", "greenlet"):
    sys.modules[name] = None  # type: ignore[assignment]

from django.conf import settings  # noqa: E402

from helpdesk.wsgi import application  # noqa: E402

settings.ROOT_URLCONF = "helpdesk.bench.bare"

__all__ = ["application"]
