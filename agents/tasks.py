from datetime import timedelta

from celery import shared_task
from django.utils.timezone import now

from agents import mails
from agents.models import Agent, Notice, Presence

GONE, IDLE = timedelta(minutes=5), timedelta(minutes=15)


@shared_task
def mark_idle() -> None:
    """Whose pages have been silent for five minutes is offline, who has touched none for a quarter of an hour is away;
    unless he chose his presence himself."""
    by_itself = Agent.objects.filter(presence_by_hand=False)
    for agent in by_itself.exclude(presence=Presence.OFFLINE).filter(seen_at__lt=now() - GONE):
        agent.be(Presence.OFFLINE, by_hand=False)
    for agent in by_itself.filter(presence=Presence.ONLINE, active_at__lt=now() - IDLE):
        agent.be(Presence.AWAY, by_hand=False)


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
