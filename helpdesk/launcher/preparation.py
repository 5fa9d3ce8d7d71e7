"""What has to be in place before the desk is served. Each step does nothing where nothing has changed."""

import hashlib
from collections.abc import Callable
from pathlib import Path

Say = Callable[[str], None]


def prepare(say: Say, *, demo: bool) -> None:
    """Bring translations, database, static files and demo data up to date; `say` what takes long."""
    from django.conf import settings

    from helpdesk.translations import compile_stale

    if compile_stale(settings.LOCALE_PATHS):
        say("Translations compiled")
    migrate(say)
    collect_static(say)
    if demo:
        load_demo(say)


def migrate(say: Say) -> None:
    """Apply the migrations that the database lacks."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if missing := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say(f"Database: {len(missing)} migrations …")
        call_command("migrate", interactive=False, verbosity=0)


def collect_static(say: Say) -> None:
    """Gather the static files under their hashed names, if any has changed since the last time."""
    from django.conf import settings
    from django.core.management import call_command

    fingerprint = _fingerprint()
    folder = Path(settings.STATIC_ROOT)
    noted = folder.with_name(f"{folder.name}.sha256")
    if folder.exists() and noted.exists() and noted.read_text() == fingerprint:
        return
    say("Static files …")
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    noted.write_text(fingerprint)


def load_demo(say: Say) -> None:
    """Fill an empty desk with the demo shop."""
    from django.core.management import call_command

    from tickets.models import Ticket

    if not Ticket.objects.exists():
        say("Demo data, this once …")
        call_command("load_demo")


def _fingerprint() -> str:
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            source = Path(storage.path(path))
            seen = source.stat()
            digest.update(f"{source} {seen.st_mtime_ns} {seen.st_size}\n".encode())
    return digest.hexdigest()
