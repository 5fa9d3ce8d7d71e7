from __future__ import annotations

import unicodedata
from functools import lru_cache

import idna
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from customers import phones
from events.named import Named


class IdentityKind(models.TextChoices):
    EMAIL = "email", _("Email")
    PHONE = "phone", _("Phone")
    HANDLE = "handle", _("Handle")
    VISITOR = "visitor", _("Visitor")


_CLAIM = Named.of("""
    INSERT INTO customers_identity (customer_id, kind, value, key, created_at) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (kind, key) DO UPDATE SET key = excluded.key
    RETURNING id, customer_id
""")


class Identity(models.Model):
    """One address that a customer writes from. `key` is its one spelling, and belongs to one customer only."""

    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=8, choices=IdentityKind)
    value = models.CharField(max_length=320, help_text="As it was written.")
    key = models.CharField(max_length=320, editable=False)
    verified_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        verbose_name_plural = "identities"
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="identity_once"),
            models.CheckConstraint(condition=~models.Q(key=""), name="identity_key_not_empty"),
            # Other spellings than the one of `key_of` would slip past the unique constraint.
            models.CheckConstraint(
                condition=~models.Q(kind="email")
                | models.Q(key__regex=r"^[^A-Z[:space:]]+@[^A-Z@[:space:]]+$"),
                name="identity_email_key",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="phone") | models.Q(key__regex=r"^\+[0-9]+$"),
                name="identity_phone_key",
            ),
        ]

    def __str__(self) -> str:
        return self.value

    def claim(self) -> int:
        """Store it, locked, unless it is there by now. Returns the pk of the customer who has it."""
        [(self.pk, owner)] = _CLAIM.fetch([self.customer_id, self.kind, self.value, self.key, now()])
        return owner

    @property
    def domain(self) -> str:
        return self.key.rpartition("@")[2] if self.kind == IdentityKind.EMAIL else ""


LONGEST = 320


def key_of(kind: str, value: str) -> str:
    """The one spelling of an address: mail in lower case with an ASCII (IDNA) domain, phones in E.164.

    Raises ValueError when it is not an address of that kind.
    """
    value = value.strip()
    if len(value) > LONGEST:
        raise ValueError(_("That is not an address."))
    return _key_of(kind, value)


@lru_cache(maxsize=1024)
def _key_of(kind: str, value: str) -> str:
    # What comes in names the same few addresses again and again.
    if kind == IdentityKind.EMAIL:
        key = _email_key(value)
    elif kind == IdentityKind.PHONE:
        key = phones.key(value)
    else:
        key = unicodedata.normalize("NFC", value.casefold()) if kind == IdentityKind.HANDLE else value
    if not key or len(key) > LONGEST or any(map(_is_unseen, key)):
        raise ValueError(_("That is not an address."))
    return key


def _email_key(value: str) -> str:
    # NFC, not NFKC, which would take other people's addresses for the same: "ﬁ" and "fi" are two mailboxes.
    local, at, domain = unicodedata.normalize("NFC", value).rpartition("@")
    if not (local and at and domain) or any(map(_is_unseen, value)):
        raise ValueError(_("That is not a mail address."))
    try:
        domain = idna.encode(domain.rstrip("."), uts46=True).decode().lower()
    except idna.IDNAError:
        domain = unicodedata.normalize("NFC", domain.rstrip(".").lower())
    if not domain:
        raise ValueError(_("That is not a mail address."))
    return f"{unicodedata.normalize('NFC', local.lower())}@{domain}"


def _is_unseen(char: str) -> bool:
    """White space, controls, bidi marks, halves of characters: what would make two addresses look the same."""
    return char.isspace() or unicodedata.category(char) in {"Cc", "Cf", "Cs"}
