"""A worker that acts on events and asks whoever is to be asked, until it is killed: `python -m tests.soak.asking_worker`."""

import os
import random
import time

import django


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "helpdesk.settings"
    django.setup()
    from django.utils.timezone import now

    from csat import asking
    from csat.models import Survey
    from events.delivery import act_on
    from events.models import Receipt, ReceiptState

    while True:
        pending = Receipt.objects.filter(state=ReceiptState.PENDING, next_try_at__lte=now()).order_by("?")
        receipts = list(pending.values_list("pk", flat=True)[:20])
        due = Survey.objects.claim_due(random.randint(1, 10))
        for receipt in receipts:
            act_on(receipt)
        for survey in due:
            asking.ask(Survey.objects.select_related("ticket").get(pk=survey))
        if not receipts and not due:
            time.sleep(0.05)


if __name__ == "__main__":
    main()
