"""Workers as processes of their own, killed at random moments and replaced."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


class Crew:
    """`size` processes of `python -m module`, on the database of this test."""

    def __init__(self, module: str, size: int, **env: str) -> None:
        self.command = [sys.executable, "-m", module]
        self.env = os.environ | {"DATABASE_URL": database_url(), "LOG_LEVEL": "CRITICAL"} | env
        self.kills = 0
        self.processes = [self._start() for _ in range(size)]

    def kill_one(self) -> None:
        """SIGKILL, in the middle of whatever it does; another one takes its place."""
        place = random.randrange(len(self.processes))
        self._end(self.processes[place])
        self.processes[place] = self._start()
        self.kills += 1

    def end(self) -> None:
        for process in self.processes:
            self._end(process)

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self.command, cwd=ROOT, env=self.env)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGKILL)
        process.wait(10)


def database_url() -> str:
    """Of the database that this test writes into."""
    url, _slash, _name = os.environ["DATABASE_URL"].partition("?")[0].rpartition("/")
    query = os.environ["DATABASE_URL"].partition("?")[2]
    return f"{url}/{connection.settings_dict['NAME']}" + (f"?{query}" if query else "")
