"""The desk as `make run` serves it, for tests that look at it from outside: over HTTP, SMTP and in a browser."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

import psycopg2
import pytest

from helpdesk import embedded

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 90
STOP_SECONDS = 15


class Desk:
    """A launcher with a local folder of its own. `url` has no slash at its end; `smtp` is (host, port)."""

    command = (sys.executable, "-m", "helpdesk.launcher")

    def __init__(self, folder: Path, **env: str) -> None:
        inherited = {name: value for name, value in os.environ.items() if name not in OURS}
        self.folder = folder
        # Gathering the static files takes seconds: all desks share them.
        static = str(ROOT / ".local" / "static-of-tests")
        self.env = inherited | {"FANOOS_LOCAL_DIR": str(folder), "FANOOS_ENV": "development"}
        self.env |= {"STATIC_ROOT": static} | env
        self.process: subprocess.Popen[str] | None = None
        self.screen: deque[str] = deque(maxlen=2000)
        self.reader: threading.Thread | None = None
        self.printed = threading.Condition()
        self.url = ""
        self.smtp = ("", 0)

    def start(self) -> None:
        """Start the launcher and wait until it says that it is ready."""
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            text=True,
            errors="replace",
        )
        self.reader = threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True)
        self.reader.start()
        if not self.says("Ctrl-C stops it", READY_SECONDS):
            self.stop()
            raise AssertionError("The desk is not ready. It said:\n" + "".join(self.screen))
        address = json.loads((self.folder / "desk.json").read_text())
        self.url, self.smtp = address["url"], tuple(address["smtp"])

    def says(self, words: str, seconds: float = STOP_SECONDS) -> bool:
        """Whether the launcher prints `words` within `seconds`; the last of what it printed is in `screen`."""

        def said() -> bool:
            return any(words in line for line in self.screen)

        with self.printed:
            self.printed.wait_for(lambda: said() or self.process.stdout.closed, seconds)
            return said()

    def manage(self, *arguments: str) -> str:
        """Run manage.py against this desk; gives back what it printed."""
        command = [sys.executable, "manage.py", *arguments]
        env = self.env | {"PUBLIC_URL": self.url}
        answer = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """End it as Ctrl-C does; gives back its exit code."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.wait(STOP_SECONDS)
        self.reader.join(STOP_SECONDS)
        return self.process.returncode

    def _read(self, output: TextIO) -> None:
        """Take what the launcher prints as long as it lives: a full pipe would bring it to a halt."""
        for line in output:
            with self.printed:
                self.screen.append(line)
                self.printed.notify_all()
        with self.printed:
            output.close()
            self.printed.notify_all()


# What a test process has chosen for itself; a desk of its own chooses anew.
OURS = {
    "DATABASE_URL",
    "REDIS_URL",
    "REDIS_PREFIX",
    "FANOOS_ENV",
    "FANOOS_LOCAL_DIR",
    "DJANGO_SETTINGS_MODULE",
}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "serial: runs a whole desk, and needs the machine for itself")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if {"desks", "own_desk"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("serial")


@pytest.fixture(scope="session")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Desk]]:
    """Make desks: `desks(name, **env)` starts one against this test process's servers, in a database of its own.

    Without demo data unless FANOOS_DEMO="yes" is given; EMAIL_URL="smtp://host:port" sends mail to a real server.
    """
    started: list[Desk] = []

    def start(name: str, **env: str) -> Desk:
        folder = tmp_path_factory.mktemp(name)
        defaults = {
            "DATABASE_URL": _new_database(f"desk_{name}"),
            "REDIS_URL": os.environ["REDIS_URL"],
            "REDIS_PREFIX": f"{os.environ['REDIS_PREFIX']}-{name}",
            "FANOOS_DEMO": "no",
            "FANOOS_PORT": "18000",
            "SMTP_GATEWAY_PORT": "12525",
        }
        desk = Desk(folder, **defaults | env)
        desk.start()
        started.append(desk)
        return desk

    yield start
    for desk in started:
        desk.stop()


@pytest.fixture(scope="session")
def live_desk(desks: Callable[..., Desk]) -> Desk:
    """One desk for all journeys of this session: empty, mail into its outbox."""
    return desks("live")


@pytest.fixture
def own_desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk that is not started yet and brings its own servers, as on a fresh machine."""
    desk = Desk(tmp_path / "local", FANOOS_DEMO="no", FANOOS_PORT="18100", SMTP_GATEWAY_PORT="12600")
    yield desk
    desk.stop()
    home = embedded.Home.of(desk.folder)
    shutil.rmtree(home.folder, ignore_errors=True)


def _new_database(name: str) -> str:
    url = os.environ["DATABASE_URL"]
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name}")
    connection.close()
    return urlsplit(url)._replace(path=f"/{name}").geturl()
