"""Every test process has a PostgreSQL and a Valkey of its own, empty and thrown away at the end.

With `pytest -n` each worker has its own pair, so a test may stop or kill them without hurting others.
Where DATABASE_URL or REDIS_URL is set, those servers are used: a database and a key prefix for each worker.
"""

import atexit
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from helpdesk import embedded
from helpdesk.translations import compile_stale

_lifetime = ExitStack()
_servers: embedded.Servers | None = None
_chosen: dict[str, str] = {}
atexit.register(_lifetime.close)


def choose() -> None:
    """Set the environment that settings.py reads. Called before Django is set up; starts nothing yet."""
    global _servers
    compile_stale([Path(__file__).resolve().parents[2] / "locale"])
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    os.environ.update(FANOOS_ENV="test", REDIS_PREFIX=f"test-{worker}")
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return
    _servers = _lifetime.enter_context(embedded.throwaway())
    addresses = {"DATABASE_URL": _servers.postgres.url(), "REDIS_URL": _servers.valkey.url()}
    _chosen.update({name: address for name, address in addresses.items() if not os.environ.get(name)})
    _chosen["FANOOS_LOCAL_DIR"] = str(_servers.folder / "local")
    os.environ.update(_chosen)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Let the workers, which inherit this environment, choose for themselves."""
    for name in (*_chosen, "DJANGO_SETTINGS_MODULE"):
        os.environ.pop(name, None)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the servers, except where this process only hands tests to workers."""
    distributes = session.config.getoption("numprocesses", None) and "PYTEST_XDIST_WORKER" not in os.environ
    if _servers and not distributes and not session.config.option.collectonly:
        _servers.start()


def pytest_unconfigure() -> None:
    _lifetime.close()


@pytest.fixture
def servers() -> Iterator[embedded.Servers]:
    """This process's servers, to be stopped, killed and started. Whatever a test did, both run after it."""
    if _servers is None:
        pytest.skip("DATABASE_URL and REDIS_URL name servers that are not ours to stop")
    yield _servers
    _servers.start()


@pytest.fixture(autouse=True)
def open_queue() -> None:
    """No test inherits the pause of one that had the queue down."""
    from events import queue

    queue._closed_until.update(queue=0.0, cache=0.0)
