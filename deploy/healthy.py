"""Health of a container, by its exit code: `python deploy/healthy.py web | sockets | worker | beat | mail | mailboxes`.

Depends on nothing but the standard library: it runs every few seconds.
"""

import os
import socket
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

# Python's kinds of `dbm` end its name in ways of their own.
BEAT_SCHEDULE = "celerybeat-schedule*"
# Beat writes its schedule down every three minutes.
BEAT_SECONDS = 600
# A worker touches it every two seconds, as long as it can speak to the queue.
WORKER_SIGN = "worker-seen"
WORKER_SECONDS = 60
# The program that looks after mailboxes touches it whenever it has seen which there are.
MAILBOXES_SIGN = "mailboxes-seen"
MAILBOXES_SECONDS = 60


def answers(url: str) -> bool:
    """Whether `url` answers 200 to the public host name."""
    host = urlsplit(os.environ["PUBLIC_URL"]).netloc
    request = urllib.request.Request(url, headers={"Host": host, "X-Forwarded-Proto": "https"})
    with urllib.request.urlopen(request, timeout=5) as answer:
        return bool(answer.status == 200)


def accepts(port: int, greeting: bytes = b"") -> bool:
    """Whether something listens at `port`, and greets with `greeting`."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        return not greeting or connection.recv(len(greeting)) == greeting


def touched(pattern: str, seconds: float) -> bool:
    """Whether a temporary file of that name was written to in the last `seconds`."""
    found = Path(tempfile.gettempdir()).glob(pattern)
    return any(time.time() - path.stat().st_mtime < seconds for path in found)


CHECKS = {
    "web": lambda: answers("http://127.0.0.1:8000/readyz"),
    "sockets": lambda: answers("http://127.0.0.1:8001/healthz"),
    "mail": lambda: accepts(2525, b"220"),
    "worker": lambda: touched(WORKER_SIGN, WORKER_SECONDS),
    "mailboxes": lambda: touched(MAILBOXES_SIGN, MAILBOXES_SECONDS),
    "beat": lambda: touched(BEAT_SCHEDULE, BEAT_SECONDS),
}

if __name__ == "__main__":
    try:
        sys.exit(0 if CHECKS[sys.argv[1]]() else 1)
    except OSError as error:
        sys.exit(f"{error}")
