from celery import shared_task

from automation.routing import watching
from automation.rules.sweeping import sweep
from automation.sla import ringing


@shared_task
def run_time_rules() -> None:
    sweep()


@shared_task
def ring_clocks(limit: int = 500) -> None:
    """Warn of promises that are about to be broken, tell of those that were, and escalate."""
    ringing.sweep(limit)


@shared_task
def watch_routing() -> None:
    """Give out what waits, and what is not looked after."""
    watching.sweep()
