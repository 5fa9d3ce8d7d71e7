"""The cache's one client in a process."""

from concurrent.futures import ThreadPoolExecutor

from asgiref.sync import async_to_sync
from django.core.cache import cache, caches


def client():
    return caches["default"]._cache.get_client()


async def client_of_a_socket():
    return client()


def test_threads_and_sockets_share_it():
    with ThreadPoolExecutor(2) as pool:
        found = {client(), async_to_sync(client_of_a_socket)(), *pool.map(lambda _: client(), range(4))}
    assert len(found) == 1


def test_it_outlives_the_fall_of_its_server(servers):
    cache.set("lid", "blue")
    servers.valkey.stop()
    servers.valkey.start()
    cache.set("lid", "green")
    assert cache.get("lid") == "green"
