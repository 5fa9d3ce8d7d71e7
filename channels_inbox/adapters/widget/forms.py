"""What an administrator is asked about a website's chat."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.models import Team
from channels_inbox.adapters.widget.models import Widget
from channels_inbox.adapters.widget.origins import origin_of
from channels_inbox.models import Channel

LINES = {"rows": 3, "dir": "ltr", "spellcheck": "false"}
MOST_ORIGINS, MOST_QUESTIONS = 50, 6
ASKED = ("name", "email")
"""Questions whose answers say who he is."""


class Appearance(forms.ModelForm):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        help_text=gettext_lazy("For colleagues, such as “Shop”."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    from_name = forms.CharField(
        label=gettext_lazy("Heading"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("What visitors read above the chat. Without one, the company’s name."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    team = forms.ModelChoiceField(
        Team.objects.all(),
        label=gettext_lazy("Team"),
        empty_label=gettext_lazy("Choose a team"),
        help_text=gettext_lazy("Whose tickets its chats become."),
    )
    origins = forms.CharField(
        label=gettext_lazy("Websites"),
        help_text=gettext_lazy(
            "One a line, such as https://shop.example or https://*.shop.example. No other website can show the chat."
        ),
        widget=forms.Textarea(attrs=LINES | {"placeholder": "https://shop.example"}),
    )
    questions = forms.CharField(
        label=gettext_lazy("Questions before the chat"),
        required=False,
        help_text=gettext_lazy(
            "One a line; a star at the end makes it required. “name” and “email” ask who the visitor is."
        ),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    is_active = forms.BooleanField(
        label=gettext_lazy("Active"),
        required=False,
        help_text=gettext_lazy("Websites do not show an inactive chat."),
    )

    field_order = ["name", "from_name", "team", "origins"]

    class Meta:
        model = Widget
        fields = ["origins", "accent", "side", "language", "greeting", "away", "questions", "idle_minutes"]
        labels = {
            "accent": gettext_lazy("Colour"),
            "side": gettext_lazy("Side of the page"),
            "language": gettext_lazy("Language"),
            "greeting": gettext_lazy("Greeting"),
            "away": gettext_lazy("Outside office hours"),
            "idle_minutes": gettext_lazy("Minutes until a quiet chat ends"),
        }
        help_texts = {
            "side": gettext_lazy("On pages in Arabic and Persian the sides change places."),
            "greeting": gettext_lazy("The first line that visitors read, in your own language."),
            "away": gettext_lazy("What they read when nobody is there."),
        }
        widgets = {
            "accent": forms.TextInput(attrs={"type": "color"}),
            "side": forms.RadioSelect,
            "greeting": forms.TextInput(attrs={"dir": "auto"}),
            "away": forms.TextInput(attrs={"dir": "auto"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["origins"] = "\n".join(self.instance.origins)
        self.initial["questions"] = "\n".join(map(_written, self.instance.questions))
        channel = self.instance.channel if self.instance.pk else Channel(is_active=True)
        for name in ("name", "from_name", "is_active"):
            self.initial[name] = getattr(channel, name)
        self.initial["team"] = channel.team_id

    def clean_origins(self) -> list[str]:
        written = self.cleaned_data["origins"].split()
        if len(written) > MOST_ORIGINS:
            raise forms.ValidationError(_("These are too many."))
        try:
            return list(dict.fromkeys(origin_of(one) for one in written))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None

    def clean_questions(self) -> list[dict[str, Any]]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["questions"].splitlines()]
        lines = list(dict.fromkeys(line for line in lines if line.rstrip("* ")))
        if len(lines) > MOST_QUESTIONS:
            raise forms.ValidationError(_("These are too many."))
        return [_question(place, line) for place, line in enumerate(lines)]

    def clean_idle_minutes(self) -> int:
        minutes = self.cleaned_data["idle_minutes"]
        if not 5 <= minutes <= 1440:
            raise forms.ValidationError(_("From 5 minutes to a day."))
        return minutes

    def channel_facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("name", "from_name", "team", "is_active")}

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


def _question(place: int, line: str) -> dict[str, Any]:
    label = line.rstrip("* ")[:120]
    known = label.lower() if label.lower() in ASKED else ""
    return {
        "name": known or f"question-{place + 1}",
        "label": known or label,
        "type": "email" if known == "email" else "text",
        "required": line.endswith("*"),
    }


def _written(question: dict[str, Any]) -> str:
    return f"{question['label']}{'*' if question['required'] else ''}"
