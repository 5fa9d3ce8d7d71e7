"""The product's pages and the bare one beside them, on the same worker."""

import os
import sys

# As the container has it: what libraries load only because developers have it installed is not there.
for name in ("rich", "greenlet"):
    sys.modules[name] = None  # type: ignore[assignment]

import django  # noqa: E402
from django.conf import settings  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
django.setup()
settings.ROOT_URLCONF = "helpdesk.bench.bare"

from helpdesk.wsgi import application  # noqa: E402

__all__ = ["application"]
