"""ClamAV's daemon, asked over its INSTREAM protocol (clamd(8)), where CLAMD_URL names one: `tcp://host:3310` or
`unix:///run/clamav/clamd.ctl`."""

import socket
import struct
from urllib.parse import urlsplit

from django.conf import settings

from channels_inbox.adapters.contract import NotNow

SECONDS = 30
PIECE = 64 * 1024
LONGEST_ANSWER = 4096


def found_in(data: bytes) -> str:
    """The name of what the scanner found in `data`, "" for nothing or without a scanner. NotNow when it is out of
    reach, or says neither: what was not looked at is not let through."""
    if not settings.CLAMD_URL:
        return ""
    try:
        with _connected() as clamd:
            answer = _ask(clamd, data)
    except OSError as error:
        raise NotNow("The virus scanner does not answer.") from error
    if answer.endswith(" FOUND"):
        return answer.removeprefix("stream:").removesuffix(" FOUND").strip()[:200]
    if answer != "stream: OK":
        raise NotNow(f"The virus scanner could not look at it: {answer[:200]}")
    return ""


def _connected() -> socket.socket:
    where = urlsplit(settings.CLAMD_URL)
    if where.scheme == "unix":
        clamd = socket.socket(socket.AF_UNIX)
        clamd.settimeout(SECONDS)
        clamd.connect(where.path)
        return clamd
    return socket.create_connection((where.hostname or "127.0.0.1", where.port or 3310), timeout=SECONDS)


def _ask(clamd: socket.socket, data: bytes) -> str:
    """Pieces, each after its length in four bytes, an empty one at the end; the answer ends with NUL."""
    try:
        clamd.sendall(b"zINSTREAM\0")
        for start in range(0, len(data), PIECE):
            piece = data[start : start + PIECE]
            clamd.sendall(struct.pack("!I", len(piece)) + piece)
        clamd.sendall(struct.pack("!I", 0))
    except (BrokenPipeError, ConnectionResetError):
        # Beyond its StreamMaxLength it says so, and hangs up.
        pass
    answer = b""
    while len(answer) < LONGEST_ANSWER and not answer.endswith(b"\0"):
        more = clamd.recv(LONGEST_ANSWER)
        if not more:
            break
        answer += more
    return answer.rstrip(b"\0\n").decode(errors="replace")
