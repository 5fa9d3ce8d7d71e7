"""Fetches what customers write where it does not come by itself, until SIGTERM or SIGINT."""

import signal
import threading
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from channels_inbox.keepers import Keepers


class Command(BaseCommand):
    help = "Look after every active mailbox and bot whose messages have to be fetched."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sign", type=Path, help="A file to touch whenever all is well.")

    def handle(self, *args: Any, sign: Path | None = None, **options: Any) -> None:
        ended = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
        self.stdout.write("Looking after mailboxes and bots")
        Keepers(sign).run(ended)
