import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from events import bus
from tests.events import listening

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def listen(monkeypatch) -> Callable:
    """Register subscribers of one's own for one test: `listen(bus.on, subscriber)`; none but these act."""
    monkeypatch.setattr(bus, "_after", bus.defaultdict(list))
    monkeypatch.setattr(bus, "_within", bus.defaultdict(list))
    monkeypatch.setattr(bus, "_when", {})
    monkeypatch.setattr(bus, "_by_name", {})
    return lambda register, *subscribers: [register(listening.KIND)(one) for one in subscribers]


@pytest.fixture
def effect_table(db) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(listening.TABLE)
        cursor.execute("TRUNCATE effect")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE effect")


@pytest.fixture
def worker(transactional_db, tmp_path) -> Iterator[Callable[[], subprocess.Popen]]:
    """Start a Celery worker of two processes on this test's database; it ends with the test."""
    started: list[subprocess.Popen] = []

    def start() -> subprocess.Popen:
        database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
        command = "-A tests.events.worker worker -c 2 -l WARNING --without-gossip --without-mingle"
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", *command.split()],
            cwd=ROOT,
            env=os.environ
            | {
                "DATABASE_URL": database.geturl(),
                "DATABASE_CONN_MAX_AGE": "600",
                "C_FORCE_ROOT": "yes",
            },
            stdout=(tmp_path / "worker.log").open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
