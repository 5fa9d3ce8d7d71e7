"""One server process: started, stopped, killed and found again by its pid file."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from .home import EmbeddedServerError, Home

START_SECONDS = 30
STOP_SECONDS = 10


class Server:
    """A server whose data lies in `home`/`name`. Any process may stop it, also one that did not start it."""

    name: str
    stop_signal: signal.Signals

    def __init__(self, home: Home) -> None:
        self.home = home
        self.data = home.folder / self.name
        self.log = home.folder / f"{self.name}.log"

    @property
    def pid_file(self) -> Path:
        raise NotImplementedError

    def command(self) -> list[str]:
        """The program and its arguments."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Make the data folder and configuration where they are missing, and clear what a crash has left."""
        raise NotImplementedError

    def answers(self) -> bool:
        """Whether the server takes commands now."""
        raise NotImplementedError

    def start(self) -> None:
        """Start the server unless it runs, and wait until it answers."""
        if self.pid() is not None and self._wait(self.answers, START_SECONDS):
            return
        self.prepare()
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            process = self._spawn()
            try:
                self._wait(lambda: process.poll() is not None or self.answers(), START_SECONDS)  # noqa: B023
            except BaseException:  # Ctrl-C, before there is a pid file to stop it by.
                process.send_signal(self.stop_signal)
                process.wait(STOP_SECONDS)
                raise
            if process.poll() is None and self.answers():
                return
            # After a kill, the old server's own children may still hold its memory for a moment.
            time.sleep(0.2)
        raise EmbeddedServerError(
            f"{self.name} does not start. Its last words, from {self.log}:\n{self.last_words()}"
        )

    def stop(self) -> None:
        """Stop in good order; kill what has not stopped within 10 seconds."""
        if (pid := self.pid()) is not None:
            _signal(pid, self.stop_signal)
            if not self._wait(lambda: not _alive(pid), STOP_SECONDS):
                self.kill()

    def kill(self) -> None:
        """End the server as a crash does: SIGKILL."""
        if (pid := self.pid()) is not None:
            _signal(pid, signal.SIGKILL)
            self._wait(lambda: not _alive(pid), STOP_SECONDS)

    def pid(self) -> int | None:
        """The process id of the running server, or None."""
        try:
            pid = int(self.pid_file.read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return None
        # After a crash the number may belong to somebody else by now.
        return pid if _alive(pid) and self.is_ours(_command_line(pid)) else None

    def is_ours(self, command_line: str) -> bool:
        """Whether a process with this command line is this server."""
        raise NotImplementedError

    def last_words(self, lines: int = 15) -> str:
        """The end of the server's log."""
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return "(nothing)"

    def confined(self) -> dict[str, Any]:
        """The arguments of subprocess that run a program as the servers' user, in their home."""
        env = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}
        confined: dict[str, Any] = {"cwd": self.home.folder, "env": env, "umask": 0o077}
        if os.geteuid() == 0:
            confined |= {"user": self.home.user, "group": self.home.user, "extra_groups": []}
        return confined

    def _spawn(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                # A lasting server may have other users than the process that started it.
                preexec_fn=None if self.home.durable else end_with_parent(self.stop_signal),
                **self.confined(),
            )

    @staticmethod
    def _wait(condition: Callable[[], bool], seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _alive(pid: int) -> bool:
    """Whether the process runs. One that has ended but was not yet waited for by its parent does not."""
    try:
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return False
    except ChildProcessError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _ps("stat=", pid).startswith("Z")


def _command_line(pid: int) -> str:
    proc = Path(f"/proc/{pid}/cmdline")
    return proc.read_text().replace("\0", " ") if proc.exists() else _ps("command=", pid)


def _ps(column: str, pid: int) -> str:
    proc = Path(f"/proc/{pid}/stat")
    if column == "stat=" and proc.exists():
        try:
            return proc.read_text().rpartition(")")[2].split()[0]
        except OSError:
            return "Z"
    result = subprocess.run(["ps", "-o", column, "-p", str(pid)], capture_output=True, text=True, check=False)
    return result.stdout.strip()


def end_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """On Linux: the kernel sends the child `number` when the thread that started it ends, prctl(2)."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    set_parent_death_signal = 1
    return lambda: libc.prctl(set_parent_death_signal, int(number))
