from celery import shared_task

from csat import asking
from csat.models import Survey
from events.queue import enqueue


@shared_task
def ask(survey_id: int) -> None:
    asking.ask(Survey.objects.select_related("ticket").get(pk=survey_id))


@shared_task
def ask_due(limit: int = 500) -> None:
    """Hand out the questions whose time has come."""
    for survey_id in Survey.objects.claim_due(limit):
        enqueue(ask, survey_id)
