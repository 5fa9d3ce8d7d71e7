from datetime import timedelta

from celery import shared_task
from django.utils.timezone import now

from agents import mails
from agents.models import Agent, Notice, Presence

IDLE = timedelta(minutes=5)


@shared_task
def mark_idle() -> None:
    """Whoever's pages have been silent for five minutes is offline, unless he chose his presence himself."""
    for agent in Agent.objects.exclude(presence=Presence.OFFLINE).filter(
        presence_by_hand=False, seen_at__lt=now() - IDLE
    ):
        agent.be(Presence.OFFLINE, by_hand=False)


@shared_task
def forget_notices() -> None:
    """The bell keeps what it told for 30 days."""
    Notice.forget_old()


@shared_task(autoretry_for=(OSError,), retry_backoff=5, max_retries=4)
def mail_password_link(email: str) -> None:
    """Mail him a link to set a new password; nothing when that is no active agent."""
    if agent := Agent.objects.of_address(email).filter(is_active=True).first():
        mails.password_link(agent)


@shared_task(autoretry_for=(OSError,), retry_backoff=5, max_retries=4)
def mail_invitation(agent_id: int, inviter_id: int) -> None:
    """Mail a new colleague the link to set his first password."""
    if agent := Agent.objects.filter(pk=agent_id, is_active=True).first():
        mails.invitation(agent, Agent.objects.get(pk=inviter_id))
