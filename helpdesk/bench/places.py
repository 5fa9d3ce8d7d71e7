"""Where it is measured: servers of its own on the loopback address, set up as in production, gone at the end."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helpdesk import embedded
from helpdesk.embedded.server import end_with_parent

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"


@contextmanager
def servers() -> Iterator[Path]:
    """PostgreSQL (fsync on) and Valkey, empty; the environment says where. Gives a folder for files and logs."""
    with embedded.throwaway(durable=True) as pair:
        folder = pair.folder / "bench"
        folder.mkdir(mode=0o700)
        os.environ.update(
            FANOOS_ENV="production",
            SECRET_KEY=secrets.token_urlsafe(50),
            ALLOWED_HOSTS=HOST,
            PUBLIC_URL=f"http://{HOST}",
            SECURE_SSL_REDIRECT="false",
            DATABASE_URL=pair.postgres.url(),
            REDIS_URL=pair.valkey.url(),
            REDIS_PREFIX="bench",
            DATABASE_CONN_MAX_AGE="600",
            API_REQUESTS_PER_MINUTE="1000000",
            FANOOS_LOCAL_DIR=str(folder),
            STATIC_ROOT=str(ROOT / ".local" / "static-of-bench"),
            DJANGO_SETTINGS_MODULE="helpdesk.settings",
        )
        pair.start()
        yield folder


class Program:
    """A server process that listens on a port of its own. Where it fails to start, its log says why."""

    def __init__(self, folder: Path, name: str, *command: str) -> None:
        self.log = folder / f"{name}.log"
        self.port = _free_port()
        self.command = [word.format(port=self.port) for word in command]
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def start(self, **environment: str) -> None:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self.command],
                cwd=ROOT,
                env=os.environ | environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=end_with_parent(signal.SIGTERM),
            )

    def wait_for_200(self, path: str, seconds: float = 60) -> float:
        """When (time.monotonic) `path` first answered 200. RuntimeError after `seconds`."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process and self.process.poll() is None:
            try:
                with opener.open(f"http://{HOST}:{self.port}{path}", timeout=5) as answer:
                    if answer.status == 200:
                        return time.monotonic()
            except (OSError, urllib.error.URLError):
                time.sleep(0.01)
        raise RuntimeError(f"{self.command[0]} does not answer:\n{self.log.read_text()[-3000:]}")

    def wait_for_port(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process and self.process.poll() is None:
            try:
                socket.create_connection((HOST, self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise RuntimeError(f"{self.command[0]} does not listen:\n{self.log.read_text()[-3000:]}")

    def children(self) -> list[int]:
        found = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(pid) for pid in found.split()]

    def stop(self) -> None:
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None


def pages(folder: Path) -> Program:
    """Pages as production serves them; WEB_CONCURRENCY is the number of workers."""
    config = ("--config", "deploy/gunicorn.conf.py", "--bind", f"{HOST}:{{port}}", "--backlog", "512")
    return Program(folder, "pages", "gunicorn", *config, "helpdesk.bench.wsgi:application")


def sockets(folder: Path) -> Program:
    return _uvicorn(folder, "sockets", "helpdesk.asgi:application")


def echo(folder: Path) -> Program:
    return _uvicorn(folder, "echo", "helpdesk.bench.echo:application")


def direct_sockets(folder: Path) -> Program:
    return _uvicorn(folder, "direct", "helpdesk.bench.direct:application")


def _uvicorn(folder: Path, name: str, application: str) -> Program:
    options = ("--host", HOST, "--port", "{port}", "--lifespan", "off", "--log-level", "warning")
    plain = ("--no-access-log", "--ws-per-message-deflate", "false", "--backlog", "2048")
    return Program(folder, name, "uvicorn", *options, *plain, application)


def pss(pid: int) -> int:
    """The process's memory in bytes, shared pages counted in proportion (Linux)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("this kernel does not tell the PSS")


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as probe:
        return int(probe.getsockname()[1])


def count_rows() -> None:
    """As PostgreSQL does by itself within a minute: until then it plans for tables that are empty."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
