"""Takes customers' mail by SMTP until SIGTERM or SIGINT."""

import asyncio
import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from channels_inbox.adapters.email.gateway import Doorkeeper, serve


class Command(BaseCommand):
    help = "Take customers' mail by SMTP."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="The address to listen on.")
        parser.add_argument("--port", type=int, default=2525, help="The port to listen on.")

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        asyncio.run(self._serve(host, port))

    async def _serve(self, host: str, port: int) -> None:
        ended = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
        doorkeeper = Doorkeeper()
        server = await serve(host, port, doorkeeper)
        self.stdout.write(f"Taking mail at {host}:{port}")
        await ended.wait()
        server.close()
        doorkeeper.close()
