"""What is asked about the hours of a team, or of those that teams share."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.forms import formset_factory
from django.utils.dates import WEEKDAYS
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents import ical
from agents.forms import LTR, country_choices
from agents.holidays import parts_of
from agents.hours import Season, spans_in, written
from agents.models import Calendar

MOST_DAYS, LONGEST_NAME = 200, 120
IMPORTED_DAYS = 3 * 366
"""How far ahead days off are taken out of a calendar file."""


def _written_spans(text: str) -> Any:
    try:
        return spans_in(text)
    except ValueError:
        raise forms.ValidationError(_("Write it like 09:00–12:30, 14:00–18:00.")) from None


class WorkingHours(forms.Form):
    """`facts` are what `Calendar.change` takes, but for the seasons."""

    zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=lambda: [(name, name) for name in sorted(available_timezones())],
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Public holidays"), choices=country_choices, required=False
    )
    part = forms.ChoiceField(label=gettext_lazy("Part of the country"), required=False)
    days_off = forms.CharField(
        label=gettext_lazy("Days off"),
        required=False,
        help_text=gettext_lazy("One a line: a date such as 2026-12-25, and its name if you like."),
        widget=forms.Textarea(attrs={"dir": "auto", "rows": 3}),
    )
    file = forms.FileField(
        label=gettext_lazy("Days off from a calendar file"),
        required=False,
        help_text=gettext_lazy("An iCalendar file (.ics): its whole days are added, three years ahead."),
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
    )

    def __init__(self, data: Any, files: Any, calendar: Calendar) -> None:
        hours = calendar.hours
        code, _dash, part = calendar.country.partition("-")
        initial = {f"day_{day}": written(tuple(hours.week.get(day, ()))) for day in range(7)}
        initial |= {
            "zone": hours.zone,
            "country": code,
            "part": part,
            "days_off": "\n".join(calendar.days_off),
            "name": calendar.title if calendar.pk else "",
        }
        super().__init__(data, files, initial=initial)
        if calendar.team is None:
            self.fields["name"] = forms.CharField(
                label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"dir": "auto"})
            )
        chosen = self["country"].value()
        if parts := parts_of(chosen):
            self.fields["part"].choices = [("", _("All of it")), *((one, one) for one in parts)]  # type: ignore[attr-defined]
        else:
            del self.fields["part"]
        for day, name in WEEKDAYS.items():
            self.fields[f"day_{day}"] = forms.CharField(
                label=name,
                required=False,
                max_length=120,
                widget=forms.TextInput(attrs={**LTR, "placeholder": "09:00–17:00"}),
            )

    @property
    def week_fields(self) -> list[forms.BoundField]:
        return [self[f"day_{day}"] for day in range(7)]

    @property
    def other_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("name", "zone", "country", "part") if name in self.fields]

    @property
    def days_fields(self) -> list[forms.BoundField]:
        return [self["days_off"], self["file"]]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for day in range(7):
            try:
                found[f"day_{day}"] = _written_spans(found.get(f"day_{day}", ""))
            except forms.ValidationError as error:
                self.add_error(f"day_{day}", error)
        return found

    def clean_days_off(self) -> dict[date, str]:
        days = {}
        for line in self.cleaned_data["days_off"].splitlines():
            day, _space, name = line.strip().partition(" ")
            try:
                days |= {date.fromisoformat(day): name.strip()[:LONGEST_NAME]} if day else {}
            except ValueError:
                raise forms.ValidationError(_("Write dates like 2026-12-25.")) from None
        return _not_too_many(days)

    def clean_file(self) -> dict[date, str]:
        file = self.cleaned_data["file"]
        if not file:
            return {}
        if file.size > ical.MOST_BYTES:
            raise forms.ValidationError(_("This file is too big."))
        today = now().date()
        try:
            return _not_too_many(ical.days_in(file.read(), today, today + timedelta(days=IMPORTED_DAYS)))
        except ValueError:
            raise forms.ValidationError(_("This is no calendar file that can be read.")) from None

    def facts(self) -> dict[str, Any]:
        """What `Calendar.change` takes, but for the seasons."""
        found = self.cleaned_data
        week = {day: found[f"day_{day}"] for day in range(7)}
        part = found.get("part", "")
        return {
            "zone": found["zone"],
            "country": f"{found['country']}-{part}" if part else found["country"],
            "week": {day: spans for day, spans in week.items() if spans},
            "days_off": {**found["file"], **found["days_off"]},
            "name": found.get("name", ""),
        }


def _not_too_many(days: dict[date, str]) -> dict[date, str]:
    if len(days) > MOST_DAYS:
        raise forms.ValidationError(_("These are too many."))
    return days


class SeasonForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    first = forms.DateField(
        label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=gettext_lazy("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    spans = forms.CharField(
        label=gettext_lazy("Hours"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Nothing: closed."),
        widget=forms.TextInput(attrs={**LTR, "placeholder": "10:00–15:00"}),
    )
    every_day = forms.BooleanField(label=gettext_lazy("On free days too"), required=False)

    def clean_spans(self) -> Any:
        return _written_spans(self.cleaned_data["spans"])

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        first, last = found.get("first"), found.get("last")
        if first and last and first > last:
            self.add_error("last", _("This is before it begins."))
        return found


_Seasons = formset_factory(SeasonForm, extra=1, can_delete=True, max_num=20, absolute_max=20)


def season_forms(data: Any, calendar: Calendar) -> Any:
    """A row for each season, and an empty one."""
    rows = [
        {
            "name": one.name,
            "first": one.first,
            "last": one.last,
            "spans": written(one.spans),
            "every_day": one.every_day,
        }
        for one in calendar.hours.seasons
    ]
    posted = data if data and "season-TOTAL_FORMS" in data else None
    return _Seasons(posted, initial=rows, prefix="season")


def seasons_of(rows: Any) -> list[Season]:
    """What the rows say, once they are valid; by their beginning."""
    said = [form.cleaned_data for form in rows if form.is_bound and form.cleaned_data.get("first")]
    kept = [one for one in said if not one.get("DELETE")]
    return sorted(
        (Season(one["first"], one["last"], one["spans"], one["every_day"], one["name"]) for one in kept),
        key=lambda season: season.first,
    )
