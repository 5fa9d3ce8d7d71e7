"""What is asked about who gets which tickets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.models import Team
from automation.models import Ability, Mode, RoutingPlan
from automation.models.routing import MOST_POINTS
from tickets.icons import SOURCES, source_label

MOST_SKILLS = 20


class PlanForm(forms.Form):
    """`facts` are what `RoutingPlan.change` takes. Times are asked in seconds, but for minutes of a full queue."""

    mode = forms.ChoiceField(
        label=gettext_lazy("How tickets are given"),
        choices=Mode,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Off: agents take tickets themselves."),
    )
    is_sticky = forms.BooleanField(
        label=gettext_lazy("First to whoever had the customer last"),
        required=False,
        help_text=gettext_lazy("If that agent is there and has room."),
    )
    take_within = forms.IntegerField(
        label=gettext_lazy("A chat that is not opened goes on after, in seconds"),
        min_value=0,
        max_value=3600,
        help_text=gettext_lazy("To somebody else who has room. 0: it stays."),
    )
    return_after = forms.IntegerField(
        label=gettext_lazy("Chats of an agent who is gone come back after, in seconds"),
        min_value=0,
        max_value=3600,
        help_text=gettext_lazy("As far as the customer waits for an answer. 0: they stay."),
    )
    overflow_team = forms.ModelChoiceField(
        label=gettext_lazy("The team that helps out"),
        queryset=Team.objects.none(),
        required=False,
        empty_label=gettext_lazy("no team"),
    )
    overflow_minutes = forms.IntegerField(
        label=gettext_lazy("It gets what has waited for, in minutes"),
        min_value=0,
        max_value=60 * 24,
        help_text=gettext_lazy("If somebody of that team is there. 0: nothing."),
    )

    def __init__(self, data: Any, plan: RoutingPlan) -> None:
        initial = {
            "mode": plan.mode, "is_sticky": plan.is_sticky, "take_within": plan.take_within,
            "return_after": plan.return_after, "overflow_team": plan.overflow_team_id,
            "overflow_minutes": plan.overflow_after // 60,
        }  # fmt: skip
        super().__init__(data, initial=initial)
        self.fields["overflow_team"].queryset = Team.objects.exclude(pk=plan.team_id)  # type: ignore[attr-defined]
        for label, sources in _channels().items():
            self.fields[f"weight_{sources[0]}"] = forms.IntegerField(
                label=label, min_value=1, max_value=MOST_POINTS, initial=plan.weight(sources[0])
            )

    @property
    def whom(self) -> list[forms.BoundField]:
        return [self["mode"], self["is_sticky"]]

    @property
    def weights(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("weight_")]

    @property
    def waiting(self) -> list[forms.BoundField]:
        return [self[name] for name in ("take_within", "return_after", "overflow_team", "overflow_minutes")]

    def facts(self) -> dict[str, Any]:
        found = self.cleaned_data
        said = {
            name: found[name]
            for name in ("mode", "is_sticky", "take_within", "return_after", "overflow_team")
        }
        channels = _channels().values()
        weights = {source: found[f"weight_{sources[0]}"] for sources in channels for source in sources}
        return said | {"overflow_after": found["overflow_minutes"] * 60, "weights": weights}


def _channels() -> dict[str, list[str]]:
    """By what people call them, the sources that are called so."""
    found: dict[str, list[str]] = {}
    for source in SOURCES:
        found.setdefault(source_label(source), []).append(source)
    return found


class AbilityForm(forms.Form):
    """`cleaned_data` is what `Ability.change` takes."""

    capacity = forms.IntegerField(
        label=gettext_lazy("Most points at a time"),
        min_value=0,
        max_value=MOST_POINTS,
        help_text=gettext_lazy("A mail usually counts one point, a chat three. 0: nothing is given."),
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: tickets in any language."),
    )
    skills = forms.CharField(
        label=gettext_lazy("Skills"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy(
            "Tags, with commas between. Tickets with such a tag are given only to those who have it as a skill."
        ),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )

    def __init__(self, data: Any, ability: Ability) -> None:
        skills = (
            ability.skills.values_list("name", flat=True)
            if ability.agent_id and not ability._state.adding
            else ()
        )
        initial = {"capacity": ability.capacity, "languages": ability.languages, "skills": ", ".join(skills)}
        super().__init__(data, initial=initial)

    def clean_skills(self) -> list[str]:
        written = self.cleaned_data["skills"].replace("،", ",").split(",")
        names = [" ".join(name.split()) for name in written if name.strip()]
        if len(names) > MOST_SKILLS:
            raise forms.ValidationError(_("That is too many."))
        return names
