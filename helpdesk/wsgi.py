"""Pages, for process workers with persistent database connections (gunicorn)."""

import gc
import os
import sys

# What is loaded stays: to look for garbage in it, then and with every request, would only take time.
gc.disable()

# Libraries would load these for what is not done here: a test client, coloured pages, a format of the queue. To whatever
# is loaded meanwhile they seem not to be installed, and go on seeming so.
hidden = [
    name
    for name in ("requests", "pygments", "yaml")
    if sys.modules.setdefault(name, None) is None  # type: ignore[arg-type]
]

from django.core.wsgi import get_wsgi_application  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
application = get_wsgi_application()

import helpdesk.urls  # noqa: E402, F401 - with its views, but for those few people open (`agents.seldom`)

for name in hidden:
    del sys.modules[name]

gc.freeze()
gc.enable()
