from typing import Any

from django.core.management.base import BaseCommand

from automation.sla.rebuilding import rebuild
from tickets.models import Ticket


class Command(BaseCommand):
    help = "Work the clocks of all tickets out anew, from what happened and by the policies of today."

    def handle(self, **options: Any) -> None:
        count = 0
        for ticket in Ticket.objects.order_by("pk").iterator(chunk_size=500):
            rebuild(ticket)
            count += 1
        self.stdout.write(f"{count} tickets")
