from django.core.management.base import BaseCommand

from reports.folding import rebuild


class Command(BaseCommand):
    help = "Draw the figures of every ticket anew. The desk may go on meanwhile."

    def handle(self, *args: object, **options: object) -> None:
        done = 0
        for done in rebuild():
            self.stdout.write(f"{done} tickets")
        self.stdout.write(f"The figures of {done} tickets are drawn anew.")
