from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Company, Customer


class CustomerForm(forms.ModelForm):
    """Plain facts about a customer; the company goes by its name."""

    company_name = forms.CharField(label=_("Company"), max_length=160, required=False)

    class Meta:
        model = Customer
        fields = ["name", "language", "time_zone", "tier"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.company:
            self.initial["company_name"] = self.instance.company.name

    def clean_time_zone(self) -> str:
        zone = self.cleaned_data["time_zone"]
        if zone and zone not in available_timezones():
            raise forms.ValidationError(_("That is not a time zone."))
        return zone

    def facts(self) -> dict[str, Any]:
        """What `Customer.change` takes."""
        data = dict(self.cleaned_data)
        name = " ".join(data.pop("company_name").split())
        known = Company.objects.filter(name__iexact=name).first() if name else None
        data["company"] = known or (Company.objects.create(name=name) if name else None)
        return data
