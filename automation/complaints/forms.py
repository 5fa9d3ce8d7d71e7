"""What is asked about a level of the complaints procedure."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.forms import LTR
from agents.models import Agent, Team
from automation.models import ComplaintLevel, Owner
from automation.sla.policy_forms import minutes_in, written


class LevelForm(forms.Form):
    """`facts` are what `ComplaintLevel.change` takes."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=gettext_lazy("Nothing: what its owner is called."),
    )
    owner = forms.ChoiceField(label=gettext_lazy("Who answers"), choices=Owner.choices)
    agent = forms.ModelChoiceField(
        label=gettext_lazy("Which agent"),
        queryset=Agent.objects.filter(is_active=True).order_by("name"),
        required=False,
        empty_label="–",
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("Which team"), queryset=Team.objects.all(), required=False, empty_label="–"
    )
    minutes = forms.CharField(
        label=gettext_lazy("Within"),
        required=False,
        max_length=16,
        help_text=gettext_lazy("In working time: 30m, 4h, 1h 30m. Nothing: no deadline."),
        widget=forms.TextInput(attrs=LTR),
    )
    assigns = forms.BooleanField(label=gettext_lazy("The ticket becomes the owner’s"), required=False)

    def __init__(self, data: Any, level: ComplaintLevel) -> None:
        initial = {
            "name": level.name, "owner": level.owner, "agent": level.agent_id, "team": level.team_id,
            "minutes": written(level.minutes), "assigns": level.assigns,
        }  # fmt: skip
        super().__init__(data, initial=initial)

    def clean_minutes(self) -> int:
        try:
            return minutes_in(self.cleaned_data["minutes"])
        except ValueError:
            raise forms.ValidationError(_("Write it like 30m, 4h or 1h 30m.")) from None

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for owner, field in ((Owner.AGENT, "agent"), (Owner.OTHER_TEAM, "team")):
            if found.get("owner") != owner:
                found[field] = None
            elif not found.get(field) and field not in self.errors:
                self.add_error(field, _("Choose who answers."))
        return found

    def facts(self) -> dict[str, Any]:
        return self.cleaned_data | {"name": self.cleaned_data["name"].strip()}
