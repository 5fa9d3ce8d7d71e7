from contextlib import suppress

from celery import shared_task
from django.utils import translation
from django.utils.translation import gettext as _

from channels_inbox.adapters.telegram.models import Bot, Piece
from channels_inbox.adapters.telegram.outgoing import keyboard
from channels_inbox.adapters.telegram.troubles import Trouble
from channels_inbox.language import language_for
from channels_inbox.models import Envelope
from events.counting import counted


@shared_task
def answer_press(bot_id: int, press_id: str, provider_id: str, value: str) -> None:
    """Tell who pressed a button what became of it, and show below the message what is chosen. If it is lost, nothing
    is: Telegram ends the waiting by itself."""
    bot = Bot.objects.get(pk=bot_id)
    sent = Envelope.objects.outgoing().filter(channel=bot.channel_id, provider_id=provider_id)
    envelope = sent.select_related("message__ticket__customer").first()
    try:
        if envelope is None or not value or envelope.message.chosen != value:
            with translation.override(language_for(envelope.message.ticket) if envelope else None):
                said = _("This can no longer be chosen.")
            bot.api.call("answerCallbackQuery", callback_query_id=press_id, text=said)
            return
        bot.api.call("answerCallbackQuery", callback_query_id=press_id)
        _bot, chat, number = provider_id.split(":")
        bot.api.call(
            "editMessageReplyMarkup",
            chat_id=chat,
            message_id=int(number),
            reply_markup=keyboard(envelope.message),
        )
    except Trouble:
        return


@shared_task
def greet(bot_id: int, chat: int) -> None:
    """Answer the button with which everybody begins, however often it is pressed in a minute. If it is lost, nothing
    is."""
    bot = Bot.objects.get(pk=bot_id)
    if bot.greeting and counted(f"telegram-greeting-{bot_id}-{chat}", 60) <= 1:
        with suppress(Trouble):
            bot.api.call("sendMessage", chat_id=chat, text=bot.greeting)


@shared_task
def take_back(message_id: int) -> None:
    """Delete what was erased here from the chat too, while Telegram allows that (48 hours)."""
    for piece in Piece.objects.filter(envelope__message=message_id).select_related("envelope__thread"):
        bot = Bot.objects.filter(channel=piece.envelope.channel_id).first()
        if bot is None or piece.envelope.thread is None:
            continue
        with suppress(Trouble):
            bot.api.call("deleteMessage", chat_id=piece.envelope.thread.key, message_id=piece.remote_id)
