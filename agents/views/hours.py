"""When a team works, and the hours that teams share."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.access import AgentRequest, administrator
from agents.forms import sent
from agents.holidays import holidays_of
from agents.hours_forms import WorkingHours, season_forms, seasons_of
from agents.models import Calendar, Team


@require_http_methods(["GET", "POST"])
@administrator
def hours(request: AgentRequest, team_id: int) -> HttpResponse:
    """Those of a team."""
    team = get_object_or_404(Team, pk=team_id)
    calendar = Calendar.objects.filter(team=team).first() or Calendar(team=team)
    found = _asked(request, calendar)
    if isinstance(found, HttpResponse):
        return found
    Calendar.set(team, request.user, **found)
    messages.success(request, _("Saved."))
    return redirect("team", team_id)


@require_POST
@administrator
def keep(request: AgentRequest, team_id: int) -> HttpResponse:
    """The team works by hours that are shared; by its own where none are chosen."""
    team = get_object_or_404(Team, pk=team_id)
    chosen = request.POST.get("calendar", "")
    shared = get_object_or_404(Calendar, pk=int(chosen), team=None) if chosen.isdecimal() else None
    team.keep(shared, request.user)
    messages.success(request, _("Saved."))
    return redirect("team-hours", team_id)


@require_safe
@administrator
def calendars(request: AgentRequest) -> HttpResponse:
    """Those that are shared."""
    Calendar.company()
    found = Calendar.objects.filter(team=None).order_by("pk").prefetch_related("kept_by")
    return render(request, "settings/calendars.html", {"calendars": found})


@require_http_methods(["GET", "POST"])
@administrator
def new_calendar(request: AgentRequest) -> HttpResponse:
    return _shared(request, Calendar())


@require_http_methods(["GET", "POST"])
@administrator
def calendar(request: AgentRequest, calendar_id: int) -> HttpResponse:
    return _shared(request, get_object_or_404(Calendar, pk=calendar_id, team=None))


def _shared(request: AgentRequest, calendar: Calendar) -> HttpResponse:
    found = _asked(request, calendar)
    if isinstance(found, HttpResponse):
        return found
    calendar.change(request.user, **found)
    messages.success(request, _("Saved."))
    return redirect("calendars")


def _asked(request: AgentRequest, calendar: Calendar) -> HttpResponse | dict[str, Any]:
    """What was said about it; the page that asks while that is nothing, or wrong."""
    form = WorkingHours(sent(request), request.FILES or None, calendar)
    seasons = season_forms(sent(request), calendar)
    is_fine = form.is_valid()
    if is_fine and (not seasons.is_bound or seasons.is_valid()):
        kept = seasons_of(seasons) if seasons.is_bound else calendar.hours.seasons
        return {**form.facts(), "seasons": kept}
    context = {
        "form": form,
        "seasons": seasons,
        "calendar": calendar,
        "team": calendar.team,
        "shared": Calendar.objects.filter(team=None).order_by("pk") if calendar.team else (),
        "holidays": _soon(calendar),
        "back": reverse("team", args=[calendar.team.pk]) if calendar.team else reverse("calendars"),
    }
    return render(request, "settings/hours.html", context, status=422 if form.is_bound else 200)


def _soon(calendar: Calendar) -> list[tuple[Any, str]]:
    """The public holidays of the next twelve months, by name."""
    today, language = localdate(), (get_language() or "en").partition("-")[0]
    years = (today.year, today.year + 1)
    days = [pair for year in years for pair in holidays_of(calendar.country, year, language).items()]
    return [(day, name) for day, name in days if today <= day < today + timedelta(days=365)]
