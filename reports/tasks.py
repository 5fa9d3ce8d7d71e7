from time import monotonic

from celery import shared_task

from reports.folding import AT_A_TIME, fold
from reports.mailing import mail_due

MOST_SECONDS = 20
"""After an outage, so long at a time; the next turn goes on."""


@shared_task
def fold_events() -> None:
    began = monotonic()
    while fold() >= AT_A_TIME and monotonic() - began < MOST_SECONDS:
        pass


@shared_task
def mail_reports() -> None:
    mail_due()
