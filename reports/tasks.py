from celery import shared_task

from reports.folding import fold
from reports.mailing import mail_due

MOST_SECONDS = 20
"""After an outage, so long at a time; the next turn goes on."""


@shared_task
def fold_events() -> None:
    fold(MOST_SECONDS)


@shared_task
def mail_reports() -> None:
    mail_due()
