"""The job queue. Tasks are hints: what has to happen is always a row first."""

import os
from pathlib import Path

import structlog
from celery import Celery, Task
from celery.signals import heartbeat_sent, setup_logging, task_prerun, worker_init
from django.dispatch import receiver
from django_structlog.celery.signals import bind_extra_task_metadata
from django_structlog.celery.steps import DjangoStructLogInitStep
from kombu.transport import TRANSPORT_ALIASES

from events.connections import look_after_connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

# By name: it is loaded by whoever first speaks to the queue.
TRANSPORT_ALIASES["redis"] = TRANSPORT_ALIASES["rediss"] = "helpdesk.broker:Transport"

app = Celery("fanoos")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()


@setup_logging.connect
def use_django_logging(**kwargs: object) -> None:
    from logging.config import dictConfig

    from django.conf import settings

    dictConfig(settings.LOGGING)


@worker_init.connect
def load_mail(**kwargs: object) -> None:
    """What reads and sends mail: loaded before the children are forked, it is shared by all of them."""
    from channels_inbox.adapters.email import handing_over, opening  # noqa: F401


@receiver(bind_extra_task_metadata)
def name_task(task: Task, **kwargs: object) -> None:
    """All that it logs says which it is."""
    structlog.contextvars.bind_contextvars(task=task.name)


@task_prerun.connect
def keep_connections(task: Task, **kwargs: object) -> None:
    """As at the beginning of a request: what is too old or broken is closed, else it serves on (`DB_REUSE_MAX`)."""
    if not task.request.is_eager:
        look_after_connection()


@heartbeat_sent.connect
def leave_sign(**kwargs: object) -> None:
    """For who watches over the worker: it lives, and the queue is there."""
    if sign := os.environ.get("WORKER_SIGN"):
        Path(sign).touch()
