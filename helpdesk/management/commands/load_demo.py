from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from agents.models import Agent
from helpdesk.demo import loader
from tickets.models import Ticket


class Command(BaseCommand):
    help = "Fill an empty desk with the demo shop, five weeks of it. A desk in use is left alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--reset",
            action="store_true",
            help="Delete everything from the desk first: all tickets, customers, accounts.",
        )
        parser.add_argument("--force", action="store_true", help="Do so even under production settings.")

    @transaction.atomic
    def handle(self, *args: Any, reset: bool, force: bool, **options: Any) -> None:
        if settings.PRODUCTION and not force:
            raise CommandError(
                "This is a production desk. Its accounts would get a well-known password; --force insists."
            )
        if reset:
            loader.empty()
        elif Ticket.objects.exists() or Agent.objects.exists():
            self.stdout.write("The desk is in use: nothing was loaded.")
            return
        self.stdout.write(f"{loader.load()} demo tickets loaded.")
