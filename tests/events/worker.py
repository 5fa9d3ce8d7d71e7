"""The queue with the tests' subscribers: `celery -A tests.events.worker worker`."""

from helpdesk.celery import app

app.loader.import_default_modules()

from events import bus  # noqa: E402
from tests.events import listening  # noqa: E402

bus.on(listening.KIND)(listening.first)
bus.on(listening.KIND)(listening.second)
