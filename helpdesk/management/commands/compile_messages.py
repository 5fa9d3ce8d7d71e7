from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from helpdesk.translations import compile_stale


class Command(BaseCommand):
    help = "Compile the translations that have changed. Needs no gettext programs."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for path in compile_stale(settings.LOCALE_PATHS):
            self.stdout.write(f"{path}")
