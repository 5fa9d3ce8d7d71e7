"""A virus scanner that speaks as clamd(8) does, and finds what the tests say is one."""

import socket
import struct
import threading
from collections.abc import Iterator
from typing import Any

import pytest

VIRUS = b"not a virus, but the scanner of this test says so"


class Clamd:
    """Answers INSTREAM: OK, FOUND, or an error beyond its size limit."""

    def __init__(self, limit: int = 10**9) -> None:
        self.server = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.url = f"tcp://127.0.0.1:{self.server.getsockname()[1]}"
        self.limit = limit
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self.server.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _address = self.server.accept()
            except OSError:
                return
            # Who asks may be killed in the middle of it.
            with client, client.makefile("rb") as asked:
                try:
                    self._answer(client, asked)
                except (OSError, struct.error):
                    continue

    def _answer(self, client: socket.socket, asked: Any) -> None:
        assert asked.read(10) in (b"zINSTREAM\0", b"")
        data = b""
        while size := struct.unpack("!I", asked.read(4))[0]:
            data += asked.read(size)
        if len(data) > self.limit:
            client.sendall(b"INSTREAM size limit exceeded. ERROR\0")
        else:
            client.sendall(b"stream: Test.Virus FOUND\0" if VIRUS in data else b"stream: OK\0")


@pytest.fixture
def clamd(settings: Any) -> Iterator[Clamd]:
    """What comes in is shown to it."""
    clamd = Clamd()
    settings.CLAMD_URL = clamd.url
    yield clamd
    clamd.close()
