"""The job queue. Tasks are hints: what has to happen is always a row first."""

import os

from celery import Celery
from celery.signals import setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep
from kombu.transport.redis import Channel

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

app = Celery("fanoos")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()

# A worker that gave back what it had in hand could die of it when the queue was already gone (kombu 5.7: the
# address is forgotten after a close that timed out). Nothing needs giving back: the sweep finds it by its row.
Channel.do_restore = False


@setup_logging.connect
def use_django_logging(**kwargs: object) -> None:
    from logging.config import dictConfig

    from django.conf import settings

    dictConfig(settings.LOGGING)
