from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from channels_inbox.adapters.contract import Held
from channels_inbox.models.channel import Channel
from channels_inbox.models.consent import Provider
from channels_inbox.models.parcel import Parcel
from channels_inbox.secrets import decrypt, encrypt
from events.bus import emit

LEASE = timedelta(seconds=30)
MOST_TRIES = 5

PLAIN = frozenset(
    "host port encryption user sign_in folder afterwards move_to begins_at uid_validity last_uid".split()
)
"""What `change` may set. The position is among them: another folder has another one."""


class Encryption(models.TextChoices):
    TLS = "tls", _("TLS (port 993)")
    STARTTLS = "starttls", _("STARTTLS (port 143)")
    NONE = "none", _("None: passwords and mail travel readable")


class SignIn(models.TextChoices):
    PASSWORD = "password", _("User name and password")
    GOOGLE = Provider.GOOGLE.value, Provider.GOOGLE.label
    MICROSOFT = Provider.MICROSOFT.value, Provider.MICROSOFT.label


class Afterwards(models.TextChoices):
    READ = "read", _("Mark it as read")
    MOVE = "move", _("Move it to another folder")
    LEAVE = "leave", _("Leave it as it is")


class MailboxQuerySet(models.QuerySet["Mailbox"]):
    def active(self) -> MailboxQuerySet:
        """Those to look after: of an active channel, with a password or its provider's consent."""
        by_password = Q(sign_in=SignIn.PASSWORD) & ~Q(secret="")
        by_consent = Q(sign_in=F("channel__consent__provider"))
        return self.filter(by_password | by_consent, channel__is_active=True)

    def try_again(self, sign_in: str) -> None:
        """What kept us out of those that are signed in to in this way may be over: whoever looks after them begins
        anew, without waiting out his pause."""
        self.filter(sign_in=sign_in).update(changed_at=now())


class Mailbox(models.Model):
    """An IMAP folder whose mail a channel takes, and how far it has been read.

    Position: every UID up to `last_uid` (under `uid_validity`, RFC 3501, 2.3.1.1) is a Parcel by now, is older than
    `begins_at`, or stands in `failing` with the number of tries. Up to `tidied_uid` it has been marked or moved too."""

    channel = models.OneToOneField(Channel, models.CASCADE, related_name="mailbox")
    host = models.CharField(_("server"), max_length=253)
    port = models.PositiveIntegerField(_("port"), default=993)
    encryption = models.CharField(_("encryption"), max_length=8, choices=Encryption, default=Encryption.TLS)
    user = models.CharField(_("user name"), max_length=320)
    sign_in = models.CharField(_("sign in by"), max_length=9, choices=SignIn, default=SignIn.PASSWORD)
    secret = models.TextField(blank=True, editable=False, help_text="Encrypted JSON: the password.")
    folder = models.CharField(_("folder"), max_length=255, default="INBOX")
    afterwards = models.CharField(
        _("when a mail is a ticket"), max_length=5, choices=Afterwards, default=Afterwards.READ
    )
    move_to = models.CharField(_("folder to move it to"), max_length=255, blank=True)
    begins_at = models.DateTimeField(default=now, help_text="Older mail is not taken for new.")
    changed_at = models.DateTimeField(default=now, editable=False)

    uid_validity = models.BigIntegerField(null=True, editable=False)
    last_uid = models.BigIntegerField(default=0, editable=False)
    reread_below = models.BigIntegerField(
        default=0, editable=False, help_text="UIDs from before the folder was numbered anew."
    )
    tidied_uid = models.BigIntegerField(default=0, editable=False)
    failing = models.JSONField(default=dict, editable=False, help_text="UID: tries.")

    seen_at = models.DateTimeField(null=True, editable=False)
    mail_at = models.DateTimeField(null=True, editable=False)
    lag = models.FloatField(null=True, editable=False, help_text="Seconds that the last mail lay there.")
    behind = models.PositiveIntegerField(default=0, editable=False)
    trouble = models.SlugField(max_length=24, blank=True, editable=False)
    detail = models.CharField(max_length=300, blank=True, editable=False)
    trouble_since = models.DateTimeField(null=True, editable=False)
    keeper = models.CharField(max_length=64, blank=True, editable=False)
    kept_until = models.DateTimeField(null=True, editable=False)

    objects = MailboxQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "mailboxes"

    def __str__(self) -> str:
        return f"mailbox of channel {self.channel_id}"

    # Settings ----------------------------------------------------------------------------------------

    @property
    def credentials(self) -> dict[str, Any]:
        """`password`, where it is signed in to by one. Raises Undecryptable."""
        return json.loads(decrypt(self.secret) or "{}")

    @transaction.atomic
    def change(self, by: Any, *, credentials: dict[str, Any] | None = None, **facts: Any) -> None:
        """Set plain facts (PLAIN), and credentials when given. Whoever looks after it begins anew with them."""
        if unknown := facts.keys() - PLAIN:
            raise TypeError(f"not a mailbox's plain fact: {sorted(unknown)}")
        created = self._state.adding
        changed = [name for name, value in facts.items() if created or getattr(self, name) != value]
        for name in changed:
            setattr(self, name, facts[name])
        if credentials is not None:
            self.secret = encrypt(json.dumps(credentials))
            changed.append("secret")
        if {"host", "user", "folder"} & set(changed) and "uid_validity" not in changed:
            self.uid_validity, changed = None, [*changed, "uid_validity"]
        if changed:
            self.changed_at, self.trouble, self.detail, self.trouble_since = now(), "", "", None
            state = ["changed_at", "trouble", "detail", "trouble_since"]
            self.save(update_fields=None if created else [*changed, *state])
            public = sorted(set(changed) - {"uid_validity", "last_uid"})
            emit("channel.changed", self.channel, actor=by, fields=[f"mailbox.{name}" for name in public])

    @transaction.atomic
    def forget(self, by: Any) -> None:
        """Look after it no longer; its password goes, what was fetched stays."""
        emit("channel.changed", self.channel, actor=by, fields=["mailbox.removed"])
        self.delete()

    # Who looks after it ------------------------------------------------------------------------------

    def claim(self, keeper: str) -> bool:
        """Whether `keeper` alone looks after it, for as long as the lease; asked again it is renewed."""
        free = Q(kept_until=None) | Q(kept_until__lt=now()) | Q(keeper=keeper)
        return bool(self._row().filter(free).update(keeper=keeper, kept_until=now() + LEASE))

    def release(self, keeper: str) -> None:
        self._row().filter(keeper=keeper).update(keeper="", kept_until=None)

    def note_seen(self, behind: int | None = None) -> None:
        """All is well: the server answered. `behind` mails are still to be taken."""
        facts: dict[str, Any] = {"seen_at": now(), "trouble": "", "detail": "", "trouble_since": None}
        self._row().update(**facts, **({} if behind is None else {"behind": behind}))

    def note_trouble(self, trouble: str, detail: str) -> None:
        """It cannot be read now; `trouble` is a code of `adapters.email.troubles`."""
        self._row().filter(trouble_since=None).update(trouble_since=now())
        self._row().update(trouble=trouble, detail=detail[:300].replace("\0", ""))

    # The position ------------------------------------------------------------------------------------

    def begin_at(self, uid_validity: int, uid_next: int) -> None:
        """From now on: what lies in the folder stays where it is."""
        self._place(uid_validity=uid_validity, last_uid=uid_next - 1, tidied_uid=uid_next - 1)

    def begin_anew(self, uid_validity: int, uid_next: int) -> None:
        """The folder is numbered anew, or was never looked at: what came since `begins_at` is read again, and intake
        tells what it has already."""
        self._place(uid_validity=uid_validity, last_uid=0, tidied_uid=0, reread_below=uid_next, failing={})

    def take(self, uid: int, raw: bytes, meta: dict[str, Any], arrived_at: datetime) -> Parcel | None:
        """The mail is ours, and the position moves on, in one commit. None when another has taken it."""
        with transaction.atomic():
            if not self._move_on(uid):
                return None
            parcel = Parcel.accept(self.channel, raw, self._how(uid, meta))
            lag = max((now() - arrived_at).total_seconds(), 0)
            self._row().update(mail_at=now(), lag=lag, behind=models.functions.Greatest(F("behind") - 1, 0))
        return parcel

    def skip_to(self, uid: int) -> None:
        """Everything up to `uid` is older than what is asked for."""
        self._move_on(uid)

    @transaction.atomic
    def set_aside(self, uid: int) -> int:
        """The mail could not be fetched: it is tried again later, and holds up no other. Returns the tries so far."""
        mailbox = self._locked()
        tries = int(mailbox.failing.get(str(uid), 0)) + 1
        mailbox.failing[str(uid)] = tries
        mailbox.last_uid = max(mailbox.last_uid, uid)
        mailbox.save(update_fields=["failing", "last_uid"])
        self.failing, self.last_uid = mailbox.failing, mailbox.last_uid
        return tries

    @transaction.atomic
    def take_late(self, uid: int, raw: bytes, meta: dict[str, Any]) -> Parcel | None:
        """A mail that was set aside, fetched after all or, with an empty `raw`, gone. None when another has it."""
        if not self._forget_failing(uid):
            return None
        return Parcel.accept(self.channel, raw, self._how(uid, meta)) if raw else None

    @transaction.atomic
    def give_up(self, uid: int, raw: bytes, meta: dict[str, Any], error: Exception) -> None:
        """What of the mail could be had goes into quarantine, with the reason."""
        self._forget_failing(uid)
        self._move_on(uid)
        parcel = Parcel.accept(self.channel, raw, self._how(uid, meta))
        if isinstance(error, Held):
            parcel.hold(error.why, error.detail)
        else:
            parcel.postpone(error, for_good=True)

    def note_tidied(self, uid: int) -> None:
        self._row().filter(tidied_uid__lt=uid).update(tidied_uid=uid)
        self.tidied_uid = max(self.tidied_uid, uid)

    def _how(self, uid: int, meta: dict[str, Any]) -> dict[str, Any]:
        return meta | {"mailbox": self.pk, "uid_validity": self.uid_validity, "uid": uid}

    def _move_on(self, uid: int) -> bool:
        ours = self._row().filter(uid_validity=self.uid_validity, last_uid__lt=uid).update(last_uid=uid)
        if ours:
            self.last_uid = uid
        return bool(ours)

    def _forget_failing(self, uid: int) -> bool:
        mailbox = self._locked()
        known = mailbox.failing.pop(str(uid), None) is not None
        if known:
            mailbox.save(update_fields=["failing"])
        self.failing = mailbox.failing
        return known

    def _place(self, **position: Any) -> None:
        for name, value in position.items():
            setattr(self, name, value)
        self._row().update(**position)

    def _locked(self) -> Mailbox:
        return Mailbox.objects.select_for_update().get(pk=self.pk)

    def _row(self) -> MailboxQuerySet:
        return Mailbox.objects.filter(pk=self.pk)
