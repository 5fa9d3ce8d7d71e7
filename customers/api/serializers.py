from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from agents.api.strict import Strict
from agents.models.agent import validate_time_zone
from customers.models import Company, Customer, Identity, IdentityKind, Tier
from customers.models.identity import key_of


class CompanySerializer(serializers.ModelSerializer):
    class Meta:
        model = Company
        fields = ("id", "name", "domain")
        read_only_fields = fields


class IdentitySerializer(serializers.ModelSerializer):
    class Meta:
        model = Identity
        fields = ("id", "kind", "value", "verified_at", "created_at")
        read_only_fields = fields


class CustomerSerializer(serializers.ModelSerializer):
    company = CompanySerializer(read_only=True)
    identities = IdentitySerializer(many=True, read_only=True)

    class Meta:
        model = Customer
        fields = (
            "id", "name", "display_name", "company", "language", "time_zone", "tier", "notes", "identities", "created_at",
        )  # fmt: skip
        read_only_fields = fields


class CustomerRef(serializers.ModelSerializer):
    name = serializers.CharField(source="display_name")

    class Meta:
        model = Customer
        fields = ("id", "name")
        read_only_fields = fields


class NewIdentity(Strict):
    """An address to write from. Two spellings of one address are the same."""

    kind = serializers.ChoiceField(IdentityKind.choices)
    value = serializers.CharField(max_length=320)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        try:
            key_of(given["kind"], given["value"])
        except ValueError as error:
            raise ValidationError({"value": [str(error)]}) from error
        return given


class NewCustomer(NewIdentity):
    name = serializers.CharField(max_length=160, required=False)
    language = serializers.ChoiceField(settings.LANGUAGES, required=False)


class CustomerChange(Strict):
    name = serializers.CharField(max_length=160, required=False, allow_blank=True)
    language = serializers.ChoiceField(settings.LANGUAGES, required=False, allow_blank=True)
    time_zone = serializers.CharField(max_length=64, required=False, validators=[validate_time_zone])
    tier = serializers.ChoiceField(Tier.choices, required=False)
    notes = serializers.CharField(max_length=20_000, required=False, allow_blank=True)


class CustomerFilters(Strict):
    q = serializers.CharField(max_length=200, required=False, help_text="Words of the name or of an address.")
    email = serializers.CharField(
        max_length=320, required=False, help_text="The customer of this mail address."
    )
    company = serializers.IntegerField(min_value=1, required=False)
    tier = serializers.ChoiceField(Tier.choices, required=False)

    def validate_email(self, value: str) -> str:
        try:
            return key_of(IdentityKind.EMAIL, value)
        except ValueError as error:
            raise ValidationError(_("That is not a mail address.")) from error
