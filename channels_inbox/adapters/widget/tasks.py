from datetime import timedelta

from celery import shared_task
from django.db.models import QuerySet
from django.utils.timezone import now

from channels_inbox.adapters.widget import leaving
from channels_inbox.adapters.widget.models import Conversation, Ended, Visitor
from events.queue import enqueue

PASSED_BY = timedelta(days=30)


@shared_task
def mail_unread(conversation_id: str) -> None:
    leaving.mail_unread(conversation_id)


@shared_task
def ask_for_address(conversation_id: str) -> None:
    leaving.ask_for_address(conversation_id)


@shared_task
def sweep(limit: int = 500) -> None:
    """What is due: unread answers, and visitors without an address whom nobody has answered."""
    for pk in _due(Conversation.objects.filter(mail_at__lte=now()).order_by("mail_at"), limit):
        enqueue(mail_unread, pk)
    for pk in _due(Conversation.objects.filter(ask_at__lte=now()).order_by("ask_at"), limit):
        enqueue(ask_for_address, pk)


@shared_task
def end_quiet(limit: int = 500) -> None:
    for conversation in leaving.quiet()[:limit]:
        conversation.end(Ended.IDLE)


@shared_task
def forget_passers_by(limit: int = 5000) -> None:
    """Browsers that were here a month ago, and never said anything."""
    silent = Visitor.objects.filter(conversations=None, blocked_at=None, seen_at__lt=now() - PASSED_BY)
    Visitor.objects.filter(pk__in=list(silent.values_list("pk", flat=True)[:limit])).delete()


def _due(conversations: QuerySet[Conversation], limit: int) -> list[str]:
    return [str(pk) for pk in conversations.values_list("pk", flat=True)[:limit]]
