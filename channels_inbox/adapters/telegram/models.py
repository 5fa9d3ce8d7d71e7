from __future__ import annotations

import json
import secrets
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from channels_inbox.adapters.telegram.api import OFFICIAL, Api
from channels_inbox.adapters.telegram.troubles import Trouble
from channels_inbox.models import Channel, Envelope, Parcel
from channels_inbox.secrets import Undecryptable, decrypt, encrypt
from events.bus import emit

LEASE = timedelta(seconds=90)
NUMBERED_ANEW = timedelta(days=6)
"""After a week without any, updates begin at another number (Update.update_id): one that is lower is then no copy."""
UPDATES = ["message", "edited_message", "callback_query"]


class Receives(models.TextChoices):
    POLLING = "polling", _("Fetch them from Telegram")
    WEBHOOK = "webhook", _("Let Telegram bring them (webhook)")


class BotQuerySet(models.QuerySet["Bot"]):
    def fetched(self) -> BotQuerySet:
        """Those whose messages are to be fetched."""
        return self.filter(channel__is_active=True, receives=Receives.POLLING)


class Bot(models.Model):
    """A bot by which a channel is reached, and how far its messages have been taken."""

    channel = models.OneToOneField(Channel, models.CASCADE, related_name="bot")
    api_url = models.CharField(max_length=300, default=OFFICIAL)
    token = models.TextField(editable=False, help_text="Encrypted.")
    remote_id = models.BigIntegerField(unique=True, help_text="Telegram's id of it.")
    receives = models.CharField(_("new messages"), max_length=7, choices=Receives, default=Receives.POLLING)
    greeting = models.TextField(blank=True, default="", help_text="What it answers to /start.")
    hook_token = models.CharField(
        max_length=48, unique=True, default=partial(secrets.token_urlsafe, 24), editable=False
    )
    hook_secret = models.TextField(editable=False, help_text="Encrypted: by which Telegram is known.")
    changed_at = models.DateTimeField(default=now, editable=False)

    last_update = models.BigIntegerField(null=True, editable=False, help_text="Up to it all are taken.")
    taken_at = models.DateTimeField(null=True, editable=False)
    seen_at = models.DateTimeField(null=True, editable=False)
    trouble = models.SlugField(max_length=24, blank=True, editable=False)
    detail = models.CharField(max_length=300, blank=True, editable=False)
    trouble_since = models.DateTimeField(null=True, editable=False)
    keeper = models.CharField(max_length=64, blank=True, editable=False)
    kept_until = models.DateTimeField(null=True, editable=False)

    objects = BotQuerySet.as_manager()

    def __str__(self) -> str:
        return f"bot of channel {self.channel_id}"

    # Settings ----------------------------------------------------------------------------------------

    @property
    def api(self) -> Api:
        """Trouble where the token can no longer be read."""
        try:
            return Api(self.api_url, decrypt(self.token))
        except Undecryptable:
            raise Trouble("key") from None

    @transaction.atomic
    def change(self, by: Any, *, token: str = "", **facts: Any) -> None:
        """Set `api_url`, `remote_id`, `receives`, `greeting`, and a token, given readable and kept encrypted.
        Whoever fetches its messages begins anew."""
        created = self._state.adding
        changed = [name for name, value in facts.items() if created or getattr(self, name) != value]
        for name in changed:
            setattr(self, name, facts[name])
        if token:
            self.token, changed = encrypt(token), [*changed, "token"]
        if created:
            self.hook_secret = encrypt(secrets.token_urlsafe(32))
        public = [f"bot.{name}" for name in sorted(changed)]
        if {"remote_id", "receives"} & set(changed):
            self.last_update, changed = None, [*changed, "last_update"]
        self.changed_at, self.trouble, self.detail, self.trouble_since = now(), "", "", None
        state = ["changed_at", "trouble", "detail", "trouble_since"]
        self.save(update_fields=None if created else [*changed, *state])
        if public:
            emit("channel.changed", self.channel, actor=by, fields=public)

    def settle(self) -> None:
        """Tell Telegram how messages reach us: brought to our door, or fetched. Trouble when that did not work."""
        try:
            if self.receives == Receives.WEBHOOK and self.channel.is_active:
                self.api.call(
                    "setWebhook",
                    url=f"{settings.PUBLIC_URL}{reverse('telegram-hook', args=[self.hook_token])}",
                    secret_token=decrypt(self.hook_secret),
                    allowed_updates=UPDATES,
                    max_connections=1,  # one after the other, in the order in which they were written
                )
            else:
                self.api.call("deleteWebhook")
        except Trouble as trouble:
            self.note_trouble(trouble)
            raise
        self.note_seen()

    # Who fetches -------------------------------------------------------------------------------------

    def claim(self, keeper: str) -> bool:
        """Whether `keeper` alone fetches, for as long as the lease; asked again it is renewed."""
        free = Q(kept_until=None) | Q(kept_until__lt=now()) | Q(keeper=keeper)
        return bool(self._row().filter(free).update(keeper=keeper, kept_until=now() + LEASE))

    def release(self, keeper: str) -> None:
        self._row().filter(keeper=keeper).update(keeper="", kept_until=None)

    def note_seen(self) -> None:
        self._row().update(seen_at=now(), trouble="", detail="", trouble_since=None)

    def note_trouble(self, trouble: Trouble) -> None:
        self._row().filter(trouble_since=None).update(trouble_since=now())
        self._row().update(trouble=trouble.code, detail=trouble.detail.replace("\0", ""))

    # What came ---------------------------------------------------------------------------------------

    @property
    def next_update(self) -> int | None:
        """From which update on to ask; telling it confirms all before. None: from the earliest unconfirmed."""
        if self.last_update is None or self._is_numbered_anew():
            return None
        return self.last_update + 1

    def take(self, update: dict[str, Any]) -> Parcel | None:
        """The update is ours, and the position moves on, in one commit. None when it was taken before."""
        number = int(update["update_id"])
        if self.last_update is not None and number <= self.last_update and not self._is_numbered_anew():
            return None
        with transaction.atomic():
            moved = (
                self._row().filter(last_update=self.last_update).update(last_update=number, taken_at=now())
            )
            if not moved:
                raise Trouble("conflict", "another program of ours fetches")
            parcel = self.accept(json.dumps(update, ensure_ascii=False).encode(errors="replace"), update)
        self.last_update, self.taken_at = number, now()
        return parcel

    def accept(self, raw: bytes, update: Any) -> Parcel:
        """Keep what arrived; `meta` says of whom it is and to which conversation it belongs."""
        from channels_inbox.adapters.telegram.updates import origin

        return Parcel.accept(self.channel, raw, origin(update))

    def _is_numbered_anew(self) -> bool:
        return self.taken_at is None or now() - self.taken_at > NUMBERED_ANEW

    def _row(self) -> BotQuerySet:
        return Bot.objects.filter(pk=self.pk)


class Piece(models.Model):
    """A part of a message of ours that Telegram has: another try goes on after it."""

    envelope = models.ForeignKey(Envelope, models.CASCADE, related_name="pieces")
    number = models.PositiveSmallIntegerField()
    remote_id = models.BigIntegerField(help_text="Telegram's message_id.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["envelope", "number"], name="piece_once")]

    def __str__(self) -> str:
        return f"piece {self.number} of envelope {self.envelope_id}"
