"""What is asked about a promise."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.forms import formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.forms import LTR
from agents.models import Agent, Calendar, Team
from automation.models import Policy, Promise, Step
from customers.models import Tier
from tickets.icons import SOURCES
from tickets.models import Priority, Status, Tag

MOST_MINUTES = 60 * 24 * 365
MOST_TAGS = 200
_LENGTH = re.compile(r"(?:(\d+)\s*h)?\s*(?:(\d+)\s*m?)?", re.I)
_NEEDS = {Step.TELL, Step.ASSIGN}


def minutes_in(written: str) -> int:
    """`4h`, `1h 30m`, `90` as minutes; 0 for nothing. ValueError when it cannot be read."""
    found = _LENGTH.fullmatch(written.strip())
    if found is None:
        raise ValueError(written)
    minutes = int(found[1] or 0) * 60 + int(found[2] or 0)
    if minutes > MOST_MINUTES:
        raise ValueError(written)
    return minutes


def written(minutes: int) -> str:
    """Minutes as they are written in the form."""
    hours, rest = divmod(minutes, 60)
    return " ".join([f"{hours}h"] * bool(hours) + [f"{rest}m"] * bool(rest))


class PolicyForm(forms.Form):
    """`facts` are what `Policy.change` takes, but for the steps."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    is_on = forms.BooleanField(label=gettext_lazy("This promise holds"), required=False)
    calendar = forms.ModelChoiceField(
        label=gettext_lazy("Counted by"),
        queryset=Calendar.objects.filter(team=None).order_by("pk"),
        required=False,
        empty_label=gettext_lazy("the hours of the ticket’s team, else the company’s"),
    )
    pauses = forms.MultipleChoiceField(
        label=gettext_lazy("The time stands still while a ticket is"),
        choices=[(status.value, status.label) for status in (Status.PENDING, Status.ON_HOLD)],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    warn_minutes = forms.CharField(
        label=gettext_lazy("Warn before the deadline"),
        required=False,
        help_text=gettext_lazy("Such as 30m or 2h. Nothing: no warning."),
        widget=forms.TextInput(attrs=LTR),
    )

    def __init__(self, data: Any, policy: Policy) -> None:
        self.policy = policy
        initial = {
            "name": policy.name, "is_on": policy.is_on, "calendar": policy.calendar_id, "pauses": policy.pauses,
            "warn_minutes": written(policy.warn_minutes),
        }  # fmt: skip
        super().__init__(data, initial=initial)
        for fact, (label, choices) in _conditions().items():
            if choices:
                self.fields[f"if_{fact}"] = forms.MultipleChoiceField(
                    label=label,
                    choices=choices,
                    required=False,
                    initial=[str(value) for value in policy.conditions.get(fact, [])],
                    widget=forms.CheckboxSelectMultiple,
                )
        for promise in Promise:
            for priority in Priority:
                minutes = policy.targets.get(promise, {}).get(str(priority.value), 0)
                label = f"{promise.label}, {priority.label}"
                self.fields[f"{promise}_{priority.value}"] = forms.CharField(
                    label=label,
                    required=False,
                    max_length=16,
                    initial=written(minutes),
                    widget=forms.TextInput(attrs={**LTR, "aria-label": label, "placeholder": "–"}),
                )

    @property
    def about(self) -> list[forms.BoundField]:
        return [self["name"], self["is_on"]]

    @property
    def conditions(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("if_")]

    @property
    def time(self) -> list[forms.BoundField]:
        return [self[name] for name in ("calendar", "pauses", "warn_minutes")]

    @property
    def priorities(self) -> list[str]:
        return [str(priority.label) for priority in reversed(Priority)]

    @property
    def targets(self) -> list[tuple[str, list[forms.BoundField]]]:
        """A row for each promise, with a field for each priority, the most urgent first."""
        return [
            (str(promise.label), [self[f"{promise}_{priority.value}"] for priority in reversed(Priority)])
            for promise in Promise
        ]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        lengths = [f"{promise}_{priority.value}" for promise in Promise for priority in Priority]
        for name in [*lengths, "warn_minutes"]:
            try:
                found[name] = minutes_in(found.get(name, ""))
            except ValueError:
                self.add_error(name, _("Write it like 30m, 4h or 1h 30m."))
        return found

    def facts(self) -> dict[str, Any]:
        found = self.cleaned_data
        chosen = {fact: found.get(f"if_{fact}") or [] for fact in _NUMBERS}
        return {
            "name": found["name"].strip(),
            "is_on": found["is_on"],
            "calendar": found["calendar"],
            "pauses": found["pauses"],
            "warn_minutes": found["warn_minutes"],
            "conditions": {
                fact: [int(one) if _NUMBERS[fact] else one for one in values]
                for fact, values in chosen.items()
                if values
            },
            "targets": {
                promise.value: {
                    str(priority.value): minutes
                    for priority in Priority
                    if (minutes := found[f"{promise}_{priority.value}"])
                }
                for promise in Promise
            },
        }


_NUMBERS = {"source": False, "team": True, "priority": True, "tag": True, "language": False, "tier": False}
"""The facts that a promise may depend on, and whether their values are numbers."""


def _conditions() -> dict[str, tuple[Any, list[tuple[str, Any]]]]:
    return {
        "source": (
            _("Channel"),
            [(slug, label) for slug, (_icon, label) in SOURCES.items() if slug != "widget"],
        ),
        "team": (_("Team"), [(str(pk), name) for pk, name in Team.objects.values_list("pk", "name")]),
        "priority": (_("Priority"), [(str(one.value), one.label) for one in reversed(Priority)]),
        "tier": (_("Tier"), list(Tier.choices)),
        "language": (_("Language"), list(settings.LANGUAGES)),
        "tag": (
            _("Tag"),
            [(str(pk), name) for pk, name in Tag.objects.values_list("pk", "name")[:MOST_TAGS]],
        ),
    }


class StepForm(forms.Form):
    when = forms.ChoiceField(
        label=gettext_lazy("When"),
        choices=[
            ("before", gettext_lazy("before the deadline")),
            ("after", gettext_lazy("after the deadline")),
        ],
        initial="after",
    )
    minutes = forms.CharField(
        label=gettext_lazy("How long"),
        required=False,
        max_length=16,
        widget=forms.TextInput(attrs={**LTR, "placeholder": "0m"}),
    )
    do = forms.ChoiceField(label=gettext_lazy("What"), required=False, choices=[("", "–"), *Step.choices])
    to = forms.ModelChoiceField(
        label=gettext_lazy("Whom"),
        required=False,
        queryset=Agent.objects.filter(is_active=True).order_by("name"),
        empty_label="–",
    )

    def clean_minutes(self) -> int:
        try:
            return minutes_in(self.cleaned_data["minutes"])
        except ValueError:
            raise forms.ValidationError(_("Write it like 30m, 4h or 1h 30m.")) from None

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("do") in _NEEDS and not found.get("to"):
            self.add_error("to", _("Choose somebody."))
        return found


_Steps = formset_factory(StepForm, extra=1, max_num=10, absolute_max=11)


def step_forms(data: Any, policy: Policy) -> Any:
    rows = [
        {
            "when": "before" if step["minutes"] < 0 else "after",
            "minutes": written(abs(step["minutes"])),
            "do": step["do"],
            "to": step.get("to"),
        }
        for step in policy.steps
    ]
    return _Steps(data if data and "step-TOTAL_FORMS" in data else None, initial=rows, prefix="step")


def steps_of(rows: Any) -> list[dict[str, Any]]:
    """What the rows say, by their time; one without anything to do is none."""
    said = [form.cleaned_data for form in rows if form.cleaned_data.get("do")]
    steps = [
        {
            "minutes": -one["minutes"] if one["when"] == "before" else one["minutes"],
            "do": one["do"],
            "to": one["to"].pk if one["to"] and one["do"] in _NEEDS else None,
        }
        for one in said
    ]
    return sorted(steps, key=lambda step: step["minutes"])
