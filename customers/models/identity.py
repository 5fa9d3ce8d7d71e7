from __future__ import annotations

import idna
import phonenumbers
from django.db import models
from django.utils.translation import gettext_lazy as _


class IdentityKind(models.TextChoices):
    EMAIL = "email", _("Email")
    PHONE = "phone", _("Phone")
    HANDLE = "handle", _("Handle")
    VISITOR = "visitor", _("Visitor")


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
        ]

    def __str__(self) -> str:
        return self.value

    @property
    def domain(self) -> str:
        return self.key.rpartition("@")[2] if self.kind == IdentityKind.EMAIL else ""


def key_of(kind: str, value: str) -> str:
    """The one spelling of an address: mail in lower case with an ASCII (IDNA) domain, phones in E.164.

    Raises ValueError when it is not an address of that kind.
    """
    value = value.strip()
    if kind == IdentityKind.EMAIL:
        return _email_key(value)
    if kind == IdentityKind.PHONE:
        return _phone_key(value)
    if not value or len(value) > 320:
        raise ValueError(_("An address is missing."))
    return value.casefold() if kind == IdentityKind.HANDLE else value


def _email_key(value: str) -> str:
    local, at, domain = value.rpartition("@")
    if (
        not (local and at and domain)
        or any(char.isspace() or ord(char) < 32 for char in value)
        or len(value) > 320
    ):
        raise ValueError(_("That is not a mail address."))
    try:
        domain = idna.encode(domain.rstrip("."), uts46=True).decode().lower()
    except idna.IDNAError:
        domain = domain.lower()
    return f"{local.lower()}@{domain}"


def _phone_key(value: str) -> str:
    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException as error:
        raise ValueError(_("That is not a phone number with its country code.")) from error
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
