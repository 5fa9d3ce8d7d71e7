from celery import shared_task

from automation.rules.sweeping import sweep


@shared_task
def run_time_rules() -> None:
    sweep()
