"""How workers speak to the queue: as kombu does, except that they outlive its fall."""

from typing import Any

from kombu.transport import redis
from redis import Redis


class Channel(redis.Channel):
    """kombu 5.7 forgets the address together with a lost connection; a worker that then acknowledges or gives back
    what it has in hand ends with an AttributeError. Told as what it is, a lost connection, it is survived."""

    # What a worker had in hand need not be given back: the sweep finds it by its row.
    do_restore = False

    _own_client: Redis | None = None

    def _create_client(self, asynchronous: bool = False) -> Redis:
        """One a channel: kombu makes one for each message, which costs as much as to send it."""
        if asynchronous:
            return super()._create_client(asynchronous=True)  # type: ignore[misc]
        if self._own_client is None or self._own_client.connection_pool is not self.pool:
            self._own_client = super()._create_client()  # type: ignore[misc]
        return self._own_client

    def _connparams(self, asynchronous: bool = False) -> dict[str, Any]:
        if self.connection is None or self.connection.client is None:
            raise ConnectionError("The connection to the queue is lost.")
        return super()._connparams(asynchronous=asynchronous)  # type: ignore[misc]


class Transport(redis.Transport):
    Channel = Channel
