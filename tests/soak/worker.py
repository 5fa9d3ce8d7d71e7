"""A worker that sends whatever is due until it is killed: `python -m tests.soak.worker`."""

import os
import time

import django


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "helpdesk.settings"
    django.setup()
    from django.utils.timezone import now

    from channels_inbox import delivery
    from channels_inbox.models import Envelope

    while True:
        due = Envelope.objects.outgoing().waiting().filter(next_try_at__lte=now()).order_by("?")
        ids = list(due.values_list("pk", flat=True)[:10])
        for pk in ids:
            delivery.send(pk)
        if not ids:
            time.sleep(0.1)


if __name__ == "__main__":
    main()
