"""What agents send, checked: each function or form raises or tells in plain words."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.timezone import get_current_timezone, make_aware
from django.utils.translation import gettext_lazy as _

from agents.models import Agent, Team
from customers.models import Customer, IdentityKind
from customers.models.identity import key_of
from tickets.models import Priority, Status

MOST_LETTERS = 200_000


def status_of(value: str | None) -> Status:
    """ValueError for what is no status."""
    try:
        return Status(value or "")
    except ValueError:
        raise ValueError(_("Choose a status."))


def priority_of(value: str | None) -> Priority:
    """ValueError for what is no priority."""
    try:
        return Priority(int(value or ""))
    except ValueError:
        raise ValueError(_("Choose a priority."))


class Until:
    """A time in the agent's own zone, out of a field of local date and time."""

    @staticmethod
    def of(data: QueryDict) -> datetime:
        """The aware time; ValueError when the form holds none."""
        try:
            naive = parse_datetime(data.get("until", ""))
        except ValueError:
            naive = None
        if naive is None or naive.tzinfo is not None:
            raise ValueError(_("Choose a date and a time."))
        return make_aware(naive, get_current_timezone())


class AddressesField(forms.CharField):
    """Mail addresses between commas, semicolons or spaces, cleaned to a list."""

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        text = super().to_python(value) or ""
        for mark in ";،,\n":
            text = text.replace(mark, " ")
        addresses = list(dict.fromkeys(text.split()))
        for address in addresses:
            try:
                validate_email(address)
            except ValidationError:
                raise ValidationError(_("%(address)s is not a mail address.") % {"address": address})
        return addresses


class ReplyForm(forms.Form):
    text = forms.CharField(
        max_length=MOST_LETTERS, strip=False, error_messages={"required": _("Write something first.")}
    )
    to = AddressesField(required=False)
    cc = AddressesField(required=False)
    then = forms.ChoiceField(choices=Status.choices, required=False)
    along = forms.CharField(max_length=200, required=False)

    def clean_text(self) -> str:
        text = self.cleaned_data["text"].strip()
        if not text:
            raise ValidationError(_("Write something first."))
        return text

    def clean_then(self) -> str:
        return self.cleaned_data["then"] or Status.PENDING.value


class NewTicketForm(forms.Form):
    """A ticket that an agent begins: a mail to a customer, or a call written down."""

    kind = forms.ChoiceField(choices=[("mail", _("Email")), ("call", _("Phone call"))], initial="mail")
    customer = forms.ModelChoiceField(Customer.objects.living(), required=False)
    address = forms.CharField(label=_("To"), max_length=320, required=False)
    name = forms.CharField(label=_("Name"), max_length=160, required=False)
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"))
    subject = forms.CharField(label=_("Subject"), max_length=255)
    text = forms.CharField(
        label=_("Message"), max_length=MOST_LETTERS, widget=forms.Textarea(attrs={"dir": "auto", "rows": 10})
    )

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team = cast(forms.ModelChoiceField, self.fields["team"])
        team.queryset, team.empty_label = Team.objects.visible_to(agent), None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("customer"):
            if data.get("kind") == "mail" and not data["customer"].email:
                self.add_error("address", _("This customer has no mail address yet."))
        else:
            data["identity"] = self._identity(data)
        return data

    def _identity(self, data: dict[str, Any]) -> tuple[str, str] | None:
        address = (data.get("address") or "").strip()
        kind = IdentityKind.EMAIL if "@" in address or data.get("kind") == "mail" else IdentityKind.PHONE
        try:
            key_of(kind, address)
            if kind == IdentityKind.EMAIL:
                validate_email(address)
        except (ValueError, ValidationError) as error:
            message = _("Say who it is.") if not address else getattr(error, "message", str(error))
            self.add_error("address", message)
            return None
        return kind.value, address

    def who(self) -> Customer:
        """The customer chosen, or the one of the address given, made when new."""
        data = self.cleaned_data
        if data.get("customer"):
            return data["customer"]
        kind, address = data["identity"]
        return Customer.identify(kind, address, name=data.get("name", ""), source="agent")
