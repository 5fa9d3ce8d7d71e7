"""Telegram, as the border sees it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_inbox.adapters.contract import Choice, File, Handover, Incoming, NotYet, Unwanted
from channels_inbox.adapters.telegram import content, updates
from channels_inbox.adapters.telegram.api import LARGEST_FILE
from channels_inbox.adapters.telegram.models import Bot
from channels_inbox.adapters.telegram.outgoing import send
from channels_inbox.adapters.telegram.troubles import Trouble
from channels_inbox.models import Channel, Direction, Envelope, EnvelopeState, Parcel
from customers.models import IdentityKind
from events.queue import enqueue
from tickets.models import Message

PATIENCE = timedelta(minutes=1)
"""For so long what comes later waits for what came before it in the same chat."""
SETTLED = timedelta(seconds=1.5)
"""When nothing more of an album has come for so long, it is whole."""
_ADDRESS = re.compile(rf"{updates.PREFIX}[0-9]{{1,20}}")
_GONE = frozenset({"refused", "large"})


class TelegramAdapter:
    kind = "telegram"
    label = "Telegram"
    source = "telegram"
    identity_kind = IdentityKind.HANDLE
    hold = timedelta(0)
    is_chat = True
    is_at_once = False
    icon = "send"
    about = gettext_lazy("People write to your bot, and answers reach them in Telegram.")
    new_page, page = "channel-telegram-new", "channel-telegram"

    def is_address(self, address: str) -> bool:
        return bool(_ADDRESS.fullmatch(address))

    def open(self, parcel: Parcel) -> list[Incoming | Choice]:
        from channels_inbox.adapters.telegram.tasks import greet

        update = updates.parse(bytes(parcel.raw))
        channel = parcel.channel
        bot = Bot.objects.select_related("channel__team").filter(channel=channel).first() if channel else None
        if bot is None:
            raise LookupError("Its bot is not connected any more.")
        if press := update.get("callback_query"):
            return [_pressed(press, bot)]
        message = updates.message_of(update)
        if updates.is_start(message):
            raise Unwanted(partial(enqueue, greet, bot.pk, message["chat"]["id"]) if bot.greeting else None)
        _wait_for_others(parcel)
        if "edited_message" in update:
            return [_with_files([message], bot, changed=True)]
        if _is_known(message, bot):
            return [updates.incoming(message, bot.remote_id, changed=False)]
        return [_with_files([message, *_rest_of_album(parcel)], bot)]

    def id_for(self, message: Message, channel: Channel) -> str:
        return ""

    def deliver(self, envelope: Envelope) -> Handover:
        bot = Bot.objects.get(channel=envelope.channel_id)
        try:
            return Handover(provider_id=send(envelope, bot))
        except Trouble as trouble:
            if trouble.code in {"token", "key"}:
                bot.note_trouble(trouble)
            raise trouble.as_delivery() from trouble


def _pressed(press: Any, bot: Bot) -> Choice:
    from channels_inbox.adapters.telegram.tasks import answer_press

    choice = updates.choice(press, bot.remote_id)
    _wait_for_its_number(choice, bot)
    enqueue(answer_press, bot.pk, str(press.get("id")), choice.provider_id, choice.value)
    return choice


def _wait_for_its_number(choice: Choice, bot: Bot) -> None:
    """NotYet while the message may be one that Telegram shows already, and whose number it has yet to tell us."""
    sent = Envelope.objects.outgoing().filter(channel=bot.channel_id)
    if sent.filter(provider_id=choice.provider_id).exists():
        return
    chat = choice.provider_id.split(":")[1]
    if sent.filter(thread__key=chat, state=EnvelopeState.SENDING).exists():
        raise NotYet


def _wait_for_others(parcel: Parcel) -> None:
    """NotYet while what came before it in the same chat, or the rest of its album, is still on its way."""
    here = Parcel.objects.waiting().filter(channel=parcel.channel_id, meta__chat=parcel.meta.get("chat"))
    before = here.filter(pk__lt=parcel.pk, received_at__gt=now() - PATIENCE)
    if before.exists():
        raise NotYet
    if album := parcel.meta.get("album"):
        last = here.filter(meta__album=album).order_by("-received_at").values_list("received_at", flat=True)
        if now() - (last.first() or parcel.received_at) < SETTLED:
            raise NotYet


def _rest_of_album(parcel: Parcel) -> list[dict[str, Any]]:
    if not parcel.meta.get("album"):
        return []
    here = Parcel.objects.waiting().filter(channel=parcel.channel_id, meta__chat=parcel.meta["chat"])
    rest = here.filter(meta__album=parcel.meta["album"], pk__gt=parcel.pk).order_by("pk")
    return [updates.message_of(updates.parse(bytes(raw))) for raw in rest.values_list("raw", flat=True)]


def _is_known(message: dict[str, Any], bot: Bot) -> bool:
    """Whether it has come before, such as with its album: its files need not be fetched again."""
    came = Envelope.objects.filter(
        direction=Direction.IN,
        provider_id=updates.provider_id(message, bot.remote_id),
        digest=updates.digest(message),
    )
    return came.exists()


def _with_files(messages: list[dict[str, Any]], bot: Bot, *, changed: bool = False) -> Incoming:
    """One message of what came as several; what it says of files that cannot be had is in the customer's language."""
    with translation.override(_language(messages[0])):
        parts = [updates.incoming(message, bot.remote_id, changed=changed) for message in messages]
        files, lacking = [], []
        for message in messages:
            for named in content.files(message):
                try:
                    files.append(_fetched(named, bot))
                except Trouble as trouble:
                    if trouble.code not in _GONE:
                        raise
                    lacking.append(_("(The file %(name)s could not be fetched.)") % {"name": named.name})
    texts = [*(part.text for part in parts), *lacking]
    return replace(
        parts[0],
        text="\n".join(text for text in texts if text),
        html="" if lacking or len(parts) > 1 else parts[0].html,
        files=tuple(files),
        also=tuple((part.provider_id, part.digest) for part in parts[1:]),
    )


def _fetched(named: content.Named, bot: Bot) -> File:
    most = min(LARGEST_FILE, settings.ATTACHMENT_MAX_BYTES)
    if named.size > most:
        raise Trouble("large")
    return File(named.name, named.content_type, bot.api.file(named.file_id, most))


def _language(message: dict[str, Any]) -> str:
    code = str(message["from"].get("language_code") or "")[:2]
    return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


adapter = TelegramAdapter()
