"""Watches the parts: shows their warnings, ends all of them when one has ended or the user wants it."""

import os
import selectors
import signal
import socket
import time
from collections.abc import Callable, Iterable

from helpdesk.embedded.server import Server

from .parts import Part

READY_SECONDS = 60
STOP_SECONDS = 4


class Supervisor:
    """Runs `parts` together, for as long as the `servers` that they need run. `say` writes a line to the screen."""

    def __init__(
        self, parts: Iterable[Part], say: Callable[[str], None], servers: Iterable[Server] = ()
    ) -> None:
        self.parts, self.servers = list(parts), list(servers)
        self.say = say
        self.selector = selectors.DefaultSelector()
        self.wanted_stop = False

    def run(self, when_ready: Callable[[], None]) -> int:
        """Start the parts, call `when_ready` once all of them work, and stay until the end.

        Gives back the exit code: 0 if the user ended it, 1 if a part failed.
        """
        self._listen_to_signals()
        try:
            for part in self.parts:
                part.start()
                self.selector.register(part.output, selectors.EVENT_READ, part)
            return self._watch(when_ready)
        finally:
            self._stop()

    def _watch(self, when_ready: Callable[[], None]) -> int:
        waiting = list(self.parts)
        deadline = time.monotonic() + READY_SECONDS
        while not self.wanted_stop:
            self._read(timeout=0.05 if waiting else 1)
            if ended := next((part for part in self.parts if part.exit_code is not None), None):
                self._report(ended)
                return 1
            if lost := next((server for server in self.servers if server.pid() is None), None):
                self.say(f"\n{lost.name} has ended. Its last words, from {lost.log}:\n{lost.last_words()}")
                return 1
            if waiting:
                waiting = [part for part in waiting if not part.ready()]
                if not waiting:
                    when_ready()
                elif time.monotonic() > deadline:
                    self.say(
                        f"Not ready after {READY_SECONDS} s: {', '.join(part.name for part in waiting)}."
                    )
                    self._report(waiting[0])
                    return 1
        return 0

    def _read(self, timeout: float) -> None:
        for key, _ in self.selector.select(timeout):
            if isinstance(key.data, Part):
                lines = key.data.read()
                if lines is None:
                    self.selector.unregister(key.fileobj)
                for line in lines or []:
                    self.say(f"{key.data.name:>8} │ {line[:240]}")
            else:
                os.read(key.fd, 64)

    def _report(self, part: Part) -> None:
        self._read(timeout=0)
        how = "is not ready" if part.exit_code is None else f"has ended with code {part.exit_code}"
        self.say(f"\nThe part “{part.name}” {how}. Its last lines, from {part.log}:\n")
        for line in part.last_lines:
            self.say(f"{part.name:>8} │ {line}")

    def _stop(self) -> None:
        self.say("\nStopping …")
        self.wanted_stop = False
        for part in self.parts:
            part.ask_to_end()
        deadline = time.monotonic() + STOP_SECONDS
        # Asked a second time, it does not wait.
        while time.monotonic() < deadline and not self.wanted_stop:
            self._read(timeout=0.05)
            if all(part.wait(0) for part in self.parts):
                break
        for part in self.parts:
            part.end_by_force()

    def _listen_to_signals(self) -> None:
        # The signal wakes the selector through a socket, so that no moment between two looks is lost.
        reader, writer = socket.socketpair()
        reader.setblocking(False)
        writer.setblocking(False)
        self._wakeup = (reader, writer)
        signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        self.selector.register(reader, selectors.EVENT_READ)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._want_stop)

    def _want_stop(self, *_: object) -> None:
        self.wanted_stop = True
