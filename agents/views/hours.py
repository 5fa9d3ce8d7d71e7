"""When a team works."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from agents.access import AgentRequest, administrator
from agents.forms import LTR, sent
from agents.hours import Hours, spans_in, written
from agents.models import Calendar, Team

MOST_DAYS = 200


class WorkingHours(forms.Form):
    zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=lambda: [(name, name) for name in sorted(available_timezones())],
    )
    days_off = forms.CharField(
        label=gettext_lazy("Days off"),
        required=False,
        help_text=gettext_lazy("Dates such as 2026-12-25, one a line."),
        widget=forms.Textarea(attrs={**LTR, "rows": 3}),
    )

    field_order = ["zone", *(f"day_{day}" for day in range(7)), "days_off"]

    def __init__(self, data: Any, hours: Hours) -> None:
        initial = {f"day_{day}": written(tuple(hours.week.get(day, ()))) for day in range(7)}
        initial |= {"zone": hours.zone, "days_off": "\n".join(map(str, sorted(hours.days_off)))}
        super().__init__(data, initial=initial)
        for day, name in WEEKDAYS.items():
            self.fields[f"day_{day}"] = forms.CharField(
                label=name,
                required=False,
                max_length=120,
                widget=forms.TextInput(attrs={**LTR, "placeholder": "09:00–17:00"}),
            )
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for day in range(7):
            try:
                found[f"day_{day}"] = spans_in(found.get(f"day_{day}", ""))
            except ValueError:
                self.add_error(f"day_{day}", _("Write it like 09:00–12:30, 14:00–18:00."))
        return found

    def clean_days_off(self) -> list[date]:
        lines = self.cleaned_data["days_off"].split()
        try:
            days = sorted({date.fromisoformat(line) for line in lines[: MOST_DAYS + 1]})
        except ValueError:
            raise forms.ValidationError(_("Write dates like 2026-12-25.")) from None
        if len(days) > MOST_DAYS:
            raise forms.ValidationError(_("These are too many."))
        return days

    def week(self) -> dict[int, Any]:
        """By weekday, the spans of those that have any."""
        days = {day: self.cleaned_data[f"day_{day}"] for day in range(7)}
        return {day: spans for day, spans in days.items() if spans}


@require_http_methods(["GET", "POST"])
@administrator
def hours(request: AgentRequest, team_id: int) -> HttpResponse:
    """Show and set them."""
    team = get_object_or_404(Team, pk=team_id)
    form = WorkingHours(sent(request), Calendar.hours_of(team_id))
    if not form.is_valid():
        context = {"form": form, "team": team}
        return render(request, "settings/hours.html", context, status=422 if form.is_bound else 200)
    facts = form.cleaned_data
    Calendar.set(team, request.user, zone=facts["zone"], week=form.week(), days_off=facts["days_off"])
    messages.success(request, _("Saved."))
    return redirect("team", team_id)
