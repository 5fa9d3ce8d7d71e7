"""Sockets served in this process, in a thread of their own, by the server that production uses."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn


@contextmanager
def served(application: Any, **options: Any) -> Iterator[int]:
    """Its port, until the block ends."""
    server = uvicorn.Server(
        uvicorn.Config(application, port=0, lifespan="off", log_level="critical", **options)
    )
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(10)
