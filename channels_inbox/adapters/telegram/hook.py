"""The door to which Telegram brings messages: https://core.telegram.org/bots/api#setwebhook."""

import json

import structlog
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from channels_inbox.adapters.telegram.models import Bot, Receives
from channels_inbox.secrets import Undecryptable, decrypt

log = structlog.get_logger(__name__)


@csrf_exempt
@require_POST
def receive(request: HttpRequest, token: str) -> HttpResponse:
    """Say yes once the update is committed as it came; after any failure Telegram comes again."""
    bots = Bot.objects.select_related("channel").filter(receives=Receives.WEBHOOK, channel__is_active=True)
    bot = bots.filter(hook_token=token).first()
    if bot is None:
        raise Http404
    if not _is_telegram(request, bot):
        log.warning("hook_refused", bot=bot.pk)
        return HttpResponse(status=403)
    try:
        bot.accept(request.body, _shape(request.body))
    except Exception as error:
        log.error("hook_failed", bot=bot.pk, error_type=type(error).__name__)
        return HttpResponse(status=503)
    return HttpResponse()


def _is_telegram(request: HttpRequest, bot: Bot) -> bool:
    try:
        secret = decrypt(bot.hook_secret)
    except Undecryptable:
        return False
    given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
    return bool(secret) and constant_time_compare(given, secret)


def _shape(raw: bytes) -> object:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None
