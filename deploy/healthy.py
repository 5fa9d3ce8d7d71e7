"""Health of a container: `python deploy/healthy.py web | sockets | mail | mailboxes | beat`. Exit code 0 is healthy.

Depends on nothing but the standard library: it runs every few seconds.
"""

import os
import socket
import sys
import time
import urllib.request
from urllib.parse import urlsplit

BEAT_SCHEDULE = "/tmp/celerybeat-schedule"
# Beat writes its schedule down every three minutes.
BEAT_SECONDS = 600
# The program that looks after mailboxes touches it whenever it has seen which there are.
MAILBOXES_SIGN = "/tmp/mailboxes-seen"
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


CHECKS = {
    "web": lambda: answers("http://127.0.0.1:8000/readyz"),
    "sockets": lambda: answers("http://127.0.0.1:8001/healthz"),
    "mail": lambda: accepts(2525, b"220"),
    "mailboxes": lambda: time.time() - os.stat(MAILBOXES_SIGN).st_mtime < MAILBOXES_SECONDS,
    "beat": lambda: time.time() - os.stat(BEAT_SCHEDULE).st_mtime < BEAT_SECONDS,
}

if __name__ == "__main__":
    try:
        sys.exit(0 if CHECKS[sys.argv[1]]() else 1)
    except OSError as error:
        sys.exit(f"{error}")
