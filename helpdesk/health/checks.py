"""What must answer before pages can be served. Each check gives back whether it does, and never raises."""

from collections.abc import Callable
from functools import wraps

import redis
import structlog
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

log = structlog.get_logger(__name__)


def _safely(check: Callable[[], bool]) -> Callable[[], bool]:
    @wraps(check)
    def run() -> bool:
        try:
            return check()
        except Exception as error:
            log.warning("not_ready", check=check.__name__, error_type=type(error).__name__)
            return False

    return run


@_safely
def database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


@_safely
def queue() -> bool:
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=1) as client:
        return bool(client.ping())


@_safely
def migrations() -> bool:
    """Every migration of this code is applied; once seen, not asked again."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


_migrated = False
CHECKS: dict[str, Callable[[], bool]] = {"database": database, "queue": queue, "migrations": migrations}
