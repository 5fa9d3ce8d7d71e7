"""One part of the running desk: a process group of its own, its log, its last lines."""

import multiprocessing
import os
import re
import signal
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path

from helpdesk.embedded.server import end_with_parent

# Forked children share the memory of the modules loaded here, and start at once.
FORK = multiprocessing.get_context("fork")
LOG_BYTES = 10 * 1024 * 1024
WARNING = re.compile(r"\[(warning|error|critical)\s*\]", re.IGNORECASE)


class Part:
    """A program of the desk. `run` does its work until SIGTERM; `ready` tells whether it does already."""

    def __init__(
        self, name: str, run: Callable[[], None], log_folder: Path, ready: Callable[[], bool]
    ) -> None:
        self.name = name
        self.run = run
        self.ready = ready
        self.log = log_folder / f"{name}.log"
        self.last_lines: deque[str] = deque(maxlen=20)
        self.process: BaseProcess | None = None
        self.output = -1

    def start(self) -> None:
        """Fork the process; what it writes can be read from `output`."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.old"))
        self.output, writer = os.pipe()
        self.process = FORK.Process(target=self._become, args=(writer,), name=self.name)
        sys.stdout.flush()
        self.process.start()
        os.close(writer)

    def read(self) -> list[str] | None:
        """Take what the process has written into its log; gives back lines worth showing, None at its end."""
        chunk = os.read(self.output, 65536)
        if not chunk:
            return None
        with self.log.open("ab") as log:
            log.write(chunk)
        lines = chunk.decode(errors="replace").splitlines()
        self.last_lines.extend(lines)
        return [line for line in lines if WARNING.search(line)]

    @property
    def exit_code(self) -> int | None:
        """None while the process runs; negative for the number of the signal that ended it."""
        return self.process.exitcode if self.process else None

    def ask_to_end(self) -> None:
        """SIGTERM to the process itself, which ends its own children in good order."""
        self._signal(signal.SIGTERM)

    def wait(self, deadline: float) -> bool:
        """Whether the process has ended by `deadline`, in seconds of time.monotonic()."""
        if self.process:
            self.process.join(max(0.0, deadline - time.monotonic()))
        return self.process is None or self.process.exitcode is not None

    def end_by_force(self) -> None:
        """SIGKILL to whatever is left of the process and its children."""
        if self.process and self.process.pid:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.join(1)

    def _signal(self, number: signal.Signals) -> None:
        if self.process and self.process.pid and self.process.exitcode is None:
            with suppress(ProcessLookupError):
                os.kill(self.process.pid, number)

    def _become(self, writer: int) -> None:
        os.setsid()
        if tell_kernel := end_with_parent(signal.SIGTERM):
            tell_kernel()
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        os.dup2(writer, 1)
        os.dup2(writer, 2)
        os.close(writer)
        self.run()
