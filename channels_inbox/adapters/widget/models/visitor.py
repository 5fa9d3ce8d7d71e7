from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext as _

from channels_inbox.models.channel import Channel
from customers.models import IdentityKind
from customers.models.identity import key_of
from events.bus import emit
from events.live import close
from text.storable import storable

STAYS = timedelta(seconds=75)
"""How long somebody counts as here after his page was heard of last; it is heard of every 25 s."""
LONGEST = {"name": 160, "language": 16, "zone": 64, "page": 2000, "page_title": 300, "referrer": 2000}


class VisitorQuerySet(models.QuerySet["Visitor"]):
    def of_token(self, token: str) -> Visitor | None:
        """Whose token it is."""
        related = self.select_related("channel__widget", "channel__team")
        return related.filter(token_hash=hashed(token), channel__is_active=True).first()

    def same_person(self, visitor: Visitor) -> VisitorQuerySet:
        """All browsers of whom the website vouches for as the same; of anybody else only the one."""
        return self.filter(channel=visitor.channel_id, person=visitor.person)


class Visitor(models.Model):
    """A browser on a website, known by its token. Whom the website vouches for is the same person in each of his."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="visitors")
    token_hash = models.CharField(
        max_length=64, unique=True, editable=False, help_text="SHA-256 of its token."
    )
    person = models.CharField(
        max_length=64, editable=False, help_text="The same in all browsers of one person."
    )
    email = models.CharField(max_length=320, blank=True, help_text="Proved if signed; else merely said.")
    is_signed = models.BooleanField(default=False, help_text="The website vouched for the address.")
    name = models.CharField(max_length=160, blank=True)
    language = models.CharField(max_length=16, blank=True)
    zone = models.CharField(max_length=64, blank=True)
    page = models.CharField(max_length=2000, blank=True, help_text="The address of the page he is on.")
    page_title = models.CharField(max_length=300, blank=True)
    referrer = models.CharField(max_length=2000, blank=True)
    seen_at = models.DateTimeField(default=now, help_text="When his page was heard of last.")
    left_at = models.DateTimeField(null=True)
    blocked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now)

    objects = VisitorQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["channel", "person"], name="visitor_person")]

    def __str__(self) -> str:
        return f"visitor {self.pk}"

    # Who he is ---------------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def welcome(
        cls, channel: Channel, *, email: str = "", is_signed: bool = False, **facts: str
    ) -> tuple[Visitor, str]:
        """A new browser and its token, which nobody can read here later. An `email` that is not `is_signed` is
        kept as where he can be written to, and proves nothing. ValueError when it is no address."""
        token = secrets.token_urlsafe(32)
        if email:
            email = key_of(IdentityKind.EMAIL, email)
        person = hashed(f"{channel.pk} {email}" if is_signed else token)
        facts = {name: cut(name, value) for name, value in facts.items()}
        visitor = cls(channel=channel, token_hash=hashed(token), email=email, is_signed=is_signed, **facts)
        visitor.person = person
        visitor.blocked_at = cls.objects.same_person(visitor).aggregate(models.Max("blocked_at"))[
            "blocked_at__max"
        ]
        visitor.save()
        return visitor, token

    @property
    def identity(self) -> tuple[str, str]:
        """The kind of address and the address by which customers are told apart."""
        if self.is_signed:
            return IdentityKind.EMAIL, self.email
        return IdentityKind.VISITOR, f"visitor-{self.pk}"

    @property
    def group(self) -> str:
        """What sockets of the same person listen to."""
        return f"talk.{self.channel_id}.{self.person}"

    def leave_address(self, email: str, name: str = "") -> None:
        """Where answers go when he is gone. It proves nothing. ValueError when it is no address, or his own is
        known by the website."""
        if self.is_signed:
            raise ValueError(_("Your address is known."))
        self.email = key_of(IdentityKind.EMAIL, email)
        self.name = self.name or cut("name", name)
        self.save(update_fields=["email", "name"])

    @transaction.atomic
    def block(self, by: Any) -> None:
        """He is not heard any more, in any browser that is known as his."""
        Visitor.objects.same_person(self).update(blocked_at=now())
        emit("visitor.blocked", self, actor=by)
        close([self.group])

    @transaction.atomic
    def unblock(self, by: Any) -> None:
        Visitor.objects.same_person(self).update(blocked_at=None)
        emit("visitor.unblocked", self, actor=by)

    def forget(self) -> None:
        """Nothing of him stays but that somebody was here."""
        gone = hashed(secrets.token_urlsafe(32))
        facts = dict.fromkeys(("email", "name", "language", "zone", "page", "page_title", "referrer"), "")
        self._set(token_hash=gone, person=gone, is_signed=False, **facts)

    # Where he is -------------------------------------------------------------------------------------

    @property
    def is_here(self) -> bool:
        return self.left_at is None and self.seen_at > now() - STAYS

    def be_on(self, **page: str) -> None:
        """His page is open: `page` its address, `page_title`, where they are known."""
        page = {name: cut(name, value) for name, value in page.items()}
        self._set(seen_at=now(), left_at=None, **page)

    def leave(self, since: Any) -> bool:
        """His page was closed; False when another of his was heard of after `since`."""
        if not Visitor.objects.filter(pk=self.pk).filter(Q(seen_at__lte=since)).update(left_at=now()):
            return False
        self.left_at = now()
        return True

    def _set(self, **facts: Any) -> None:
        for name, value in facts.items():
            setattr(self, name, value)
        Visitor.objects.filter(pk=self.pk).update(**facts)


def hashed(words: str) -> str:
    return hashlib.sha256(words.encode(errors="replace")).hexdigest()


def cut(name: str, value: Any) -> str:
    """What a stranger said, as the field can hold it: one line of text, or nothing."""
    return " ".join(storable(value).split())[: LONGEST[name]] if isinstance(value, str) else ""
