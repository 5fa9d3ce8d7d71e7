"""Our programs that take mail in, as in production: gateway, poller, clock, and workers."""

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from helpdesk.embedded.server import end_with_parent
from tests.soak.crew import ROOT

CELERY = ("-m", "celery", "-A", "helpdesk.celery")
WORKER = (*CELERY, "worker", "--loglevel=WARNING", "--without-gossip", "--without-mingle")


class Program:
    """`python …` as a process group of its own; what it says is appended to `log`."""

    def __init__(self, log: Path, env: Mapping[str, str], *command: str) -> None:
        self.log, self.env, self.command = log, env, [sys.executable, *command]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with_parent(signal.SIGQUIT),
            )

    def kill(self) -> None:
        """SIGKILL to all of it, as when its machine dies."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)

    def children(self) -> list[int]:
        pid = self._process.pid if self._process else 0
        path = Path(f"/proc/{pid}/task/{pid}/children")
        return [int(child) for child in path.read_text().split()] if path.exists() else []


class Desk:
    """`size` processes work, half of them on each of two machines."""

    def __init__(self, folder: Path, env: Mapping[str, str], port: int, size: int) -> None:
        self.kills: Counter[str] = Counter()
        self._programs = {
            "gateway": Program(folder / "gateway.log", env, "manage.py", "mail_gateway", f"--port={port}"),
            "poller": Program(folder / "poller.log", env, "manage.py", "poller"),
            "clock": Program(folder / "clock.log", env, *CELERY, "beat", f"--schedule={folder / 'schedule'}"),
        }
        self._workers = [
            Program(folder / f"{name}.log", env, *WORKER, f"--concurrency={size // 2}", f"--hostname={name}")
            for name in ("worker-1", "worker-2")
        ]

    def start(self) -> None:
        for program in (*self._programs.values(), *self._workers):
            program.start()

    def end(self) -> None:
        for program in (*self._programs.values(), *self._workers):
            program.kill()

    def kill(self, what: str, chance: random.Random) -> None:
        """SIGKILL, in the middle of whatever it does; another one takes its place. `what` is a program's name, a
        "worker" with all its processes, or one "process" of one, which the worker replaces."""
        worker = chance.choice(self._workers)
        if what == "process" and (children := worker.children()):
            os.kill(chance.choice(children), signal.SIGKILL)
        else:
            program = self._programs.get(what, worker)
            program.kill()
            program.start()
        self.kills[what] += 1
