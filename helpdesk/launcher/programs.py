"""What runs as parts of the desk. Each function works until SIGTERM, in a process of its own."""

import socket
import urllib.error
import urllib.request
import warnings
from collections.abc import Callable
from multiprocessing.synchronize import Event
from pathlib import Path

GRACE_SECONDS = 3


def web(listener: socket.socket) -> None:
    """Pages and sockets from one ASGI process. In production each has servers of its own."""
    import uvicorn

    config = uvicorn.Config(
        "helpdesk.asgi:application",
        log_config=None,
        lifespan="off",
        proxy_headers=False,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[listener])


def worker(ready: Event) -> None:
    """The jobs, in two processes."""
    from celery.signals import worker_ready

    from helpdesk.celery import app

    warnings.filterwarnings("ignore", "You're running the worker with superuser privileges")
    worker_ready.connect(lambda **_: ready.set(), weak=False)
    app.worker_main(["worker", "--concurrency=2", "--loglevel=INFO", "--without-mingle", "--without-gossip"])


def beat(ready: Event, schedule: Path) -> None:
    """The clock that starts the regular jobs."""
    from celery.signals import beat_init

    from helpdesk.celery import app

    beat_init.connect(lambda **_: ready.set(), weak=False)
    app.start(["beat", "--loglevel=INFO", "--schedule", str(schedule)])


def gateway(host: str, port: int) -> None:
    """The SMTP server that customers' mail comes to."""
    from django.core.management import call_command

    call_command("mail_gateway", host=host, port=port)


def mailboxes() -> None:
    """The program that fetches what does not come by itself: mail by IMAP, messages to bots."""
    from django.core.management import call_command

    call_command("poller")


def answers_http(url: str) -> Callable[[], bool]:
    """A question: does `url` answer with success?"""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def ask() -> bool:
        try:
            with opener.open(url, timeout=5) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    return ask


def answers_smtp(host: str, port: int) -> Callable[[], bool]:
    """A question: does an SMTP server greet there?"""

    def ask() -> bool:
        try:
            with socket.create_connection((host, port), timeout=2) as connection:
                return connection.recv(3) == b"220"
        except OSError:
            return False

    return ask
