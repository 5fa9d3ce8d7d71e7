"""The product's pages and the bare one beside them, on the same worker."""

import os

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
django.setup()
settings.ROOT_URLCONF = "helpdesk.bench.bare"

from helpdesk.wsgi import application  # noqa: E402

__all__ = ["application"]
