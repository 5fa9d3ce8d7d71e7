"""Ports: the wished one, or the next that is free."""

import socket

HIGHEST = 65535


def listen(host: str, wished: int) -> socket.socket:
    """A listening socket at `wished`, or at the next free port above it. Raises OSError if there is none."""
    for port in range(wished, HIGHEST + 1):
        try:
            return socket.create_server((host, port), backlog=1024)
        except OSError as error:
            if port == HIGHEST or not _is_taken(error):
                raise
    raise OSError(f"No port above {wished} is free on {host}.")


def free_port(host: str, wished: int) -> int:
    """The number of the port that `listen` would take now."""
    with listen(host, wished) as listener:
        return int(listener.getsockname()[1])


def _is_taken(error: OSError) -> bool:
    import errno

    # An ordinary user may not take a port below 1024: for him it is as good as taken.
    return error.errno in (errno.EADDRINUSE, errno.EACCES)
