"""Fetching a bot's messages by long polling: each is committed before Telegram is told that we have it."""

import random
from contextlib import suppress
from datetime import datetime
from typing import Any

import structlog
from django.db import DatabaseError, connection

from channels_inbox import keepers
from channels_inbox.adapters.telegram.models import UPDATES, Bot
from channels_inbox.adapters.telegram.troubles import Trouble

log = structlog.get_logger(__name__)

WAIT_SECONDS = 25
"""For which Telegram holds a question that has no answer yet."""
AT_ONCE = 100
LONGEST_PAUSE, PATIENT_PAUSE = 60.0, 300.0
PATIENT = frozenset({"token", "key", "forbidden", "webhook"})
"""Troubles that no second try ends, only an administrator."""


class Keeper(keepers.Keeper):
    """Keeps one bot: asks for what is new, again and again."""

    what = "bot"
    wait = WAIT_SECONDS

    def keep(self) -> None:
        bot = Bot.objects.select_related("channel").filter(pk=self.pk).first()
        if bot is None or not bot.claim(self.me):
            self.rest(keepers.LOOK_SECONDS / 2)
            return
        while not self.ended.is_set() and bot.claim(self.me):
            self._ask(bot)

    def _ask(self, bot: Bot) -> None:
        connection.close()
        asked: dict[str, Any] = {"offset": bot.next_update, "limit": AT_ONCE, "allowed_updates": UPDATES}
        updates = bot.api.call("getUpdates", wait=self.wait, timeout=self.wait, **asked)
        if not isinstance(updates, list):
            raise Trouble("strange")
        bot.note_seen()
        for update in updates:
            bot.take(update)

    def report(self, error: Exception, tries: int) -> None:
        trouble = error if isinstance(error, Trouble) else Trouble("unexpected", type(error).__name__)
        if trouble.code == "unexpected":
            log.error("bot_failed", bot=self.pk, error_type=trouble.detail)
        with suppress(DatabaseError, Bot.DoesNotExist):
            Bot.objects.get(pk=self.pk).note_trouble(trouble)
        self.rest(max(trouble.after, pause(trouble, tries)))

    def release(self) -> None:
        with suppress(Bot.DoesNotExist):
            Bot.objects.get(pk=self.pk).release(self.me)


def pause(trouble: Trouble, tries: int) -> float:
    """Seconds until the next try: 1, 2, 4 … at most a minute, ± 25 % so that bots do not march in step."""
    longest = PATIENT_PAUSE if trouble.code in PATIENT else LONGEST_PAUSE
    return float(min(2.0 ** min(tries, 12), longest) * random.uniform(0.75, 1.25))  # noqa: S311


def wanted() -> dict[int, datetime]:
    """Bots whose messages are fetched, each with when its settings changed."""
    return dict(Bot.objects.fetched().values_list("pk", "changed_at"))
