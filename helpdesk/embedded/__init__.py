"""The servers that the desk brings along: PostgreSQL and Valkey, for laptops, tests and first looks.

In production DATABASE_URL and REDIS_URL name real servers, and nothing here is used.
"""

import atexit
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .home import EmbeddedServerError, Home
from .postgres import Postgres
from .valkey import Valkey

__all__ = ["EmbeddedServerError", "Servers", "local_dir", "provide", "throwaway"]


@dataclass
class Servers:
    """A PostgreSQL and a Valkey. Each can be stopped, killed and started again at the same address."""

    postgres: Postgres
    valkey: Valkey

    @property
    def folder(self) -> Path:
        """Where their data and logs lie."""
        return self.postgres.home.folder

    def start(self) -> None:
        """Start both, and wait until both answer. Fails with EmbeddedServerError."""
        self.valkey.start()
        self.postgres.start()

    def stop(self) -> None:
        """Stop both."""
        self.valkey.stop()
        self.postgres.stop()


def local_dir() -> Path:
    """The folder of everything this checkout keeps on this machine: FANOOS_LOCAL_DIR, else `.local`."""
    default = Path(__file__).resolve().parents[2] / ".local"
    return Path(os.environ.get("FANOOS_LOCAL_DIR") or default).resolve()


def provide() -> Servers | None:
    """Set DATABASE_URL and REDIS_URL where the environment lacks them, to this checkout's own servers.

    They are started unless they run already, and stop when the last process that uses them ends.
    In development a missing SECRET_KEY is made too, once, and kept. Gives back the servers, None where none is missing.
    """
    if os.environ.get("FANOOS_ENV", "development") == "development" and not os.environ.get("SECRET_KEY"):
        os.environ["SECRET_KEY"] = _secret_key()
    missing = [name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ.get(name)]
    if not missing:
        return None
    if os.environ.get("FANOOS_ENV") == "production":
        raise EmbeddedServerError(f"In production, {' and '.join(missing)} must name servers of your own.")
    folder = local_dir()
    usage = _open_lock(folder / "servers-in-use.lock")
    fcntl.flock(usage, fcntl.LOCK_SH)
    with _locked(folder / "servers-starting.lock"):
        home = Home.of(folder)
        servers = Servers(Postgres(home), Valkey(home))
        atexit.register(_leave, servers, usage, os.getpid())  # Before: one may be up when the other fails.
        servers.start()
    if "DATABASE_URL" in missing:
        os.environ["DATABASE_URL"] = servers.postgres.url()
    if "REDIS_URL" in missing:
        os.environ["REDIS_URL"] = servers.valkey.url()
    return servers


@contextmanager
def throwaway(*, durable: bool = False) -> Iterator[Servers]:
    """Servers of one's own for a while, with empty data in a temporary folder; both go at the end.

    Their addresses are known at once; whoever asked for them starts them. `durable` ones write to the disk
    as lasting ones do, which is slower.
    """
    _sweep_abandoned()
    home = Home.throwaway(durable=durable)
    with _locked(home.folder / "owner.lock"):
        servers = Servers(Postgres(home), Valkey(home))
        servers.valkey.prepare()
        try:
            yield servers
        finally:
            servers.valkey.kill()
            servers.postgres.stop()
            shutil.rmtree(home.folder, ignore_errors=True)


def _leave(servers: Servers, usage: IO[str], pid: int) -> None:
    if os.getpid() != pid:
        return
    try:
        fcntl.flock(usage, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    servers.stop()
    with suppress(OSError):
        servers.postgres.home.sockets.rmdir()
    usage.close()


def _sweep_abandoned() -> None:
    """Remove what throwaway servers of killed processes have left behind."""
    for folder in Path("/tmp").glob("fanoos-throwaway-*"):
        try:
            if not Home.is_mine(folder):
                continue
            with open(folder / "owner.lock") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue


def _secret_key() -> str:
    path = local_dir() / "secret-key"
    with _locked(path) as file:
        file.seek(0)
        if not (key := file.read()):
            key = secrets.token_urlsafe(50)
            file.write(key)
        return key


def _open_lock(path: Path) -> IO[str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    return open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+")


@contextmanager
def _locked(path: Path) -> Iterator[IO[str]]:
    with _open_lock(path) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
