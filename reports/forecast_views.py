"""What comes in the next days, how many agents that takes, and how true such forecasts were."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from agents.access import AgentRequest, lead
from agents.models import Team
from reports import outlook
from reports.durations import short
from reports.folding import catch_up
from reports.forecast_drawing import charts
from reports.models import StaffingAim


class StaffingForm(forms.ModelForm):
    class Meta:
        model = StaffingAim
        fields = (
            "share_percent",
            "within_seconds",
            "at_once",
            "promise_hours",
            "chat_minutes",
            "answer_minutes",
        )
        help_texts = {
            "chat_minutes": gettext_lazy("Empty: as measured."),
            "answer_minutes": gettext_lazy("Empty: as measured."),
        }


@require_safe
@lead
def forecast(request: AgentRequest) -> HttpResponse:
    """The page; of one team with `team`."""
    catch_up()
    return _page(request, StaffingForm(instance=StaffingAim.current()))


@require_POST
@lead
def staffing(request: AgentRequest) -> HttpResponse:
    """What is promised, and how long work takes: for supervisors, since it holds for every team."""
    if not request.user.sees_everything:
        raise PermissionDenied
    form = StaffingForm(request.POST, instance=StaffingAim.current())
    if not form.is_valid():
        return _page(request, form, status=422)
    StaffingAim.current().change(request.user, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("forecast")


def _page(request: AgentRequest, form: StaffingForm, status: int = 200) -> HttpResponse:
    teams = list(Team.objects.visible_to(request.user))
    asked = request.GET.get("team", "")
    team = next((one for one in teams if str(one.pk) == asked), None)
    found = outlook.week(request.user, team.pk if team else None)
    context = {
        "room": "reports",
        "teams": teams,
        "team": team,
        "form": form if request.user.sees_everything else None,
        "aim": StaffingAim.current(),
        "outlook": found,
        "charts": charts(found) if found else {},
        "chat": short(found.times.chat) if found else "",
        "answer": short(found.times.answer) if found else "",
    }
    return render(request, "reports/forecast.html", context, status=status)
