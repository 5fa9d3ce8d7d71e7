"""Pages, for process workers with persistent database connections (gunicorn)."""

import gc
import os
import sys

# What is loaded stays: to look for garbage in it, then and with every request, would only take time.
gc.disable()

from django.core.wsgi import get_wsgi_application  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
application = get_wsgi_application()

# REST framework would load it for its test client alone: a tenth of a start.
requests = sys.modules.setdefault("requests", None)  # type: ignore[arg-type]
import helpdesk.urls  # noqa: E402, F401 - with all its views, which the first page would wait for

if requests is None:
    del sys.modules["requests"]

gc.freeze()
gc.enable()
