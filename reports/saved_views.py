"""Reports that somebody wants to see again, and has mailed to colleagues."""

from __future__ import annotations

from typing import Any, cast
from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dates import WEEKDAYS
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.access import AgentRequest, lead, signed_in
from agents.forms import sent
from agents.models import Agent, Role, Team
from reports.mailing import asked_of
from reports.models import SavedReport
from tickets.icons import SOURCES, source_label

LEADING = (Role.LEAD, Role.SUPERVISOR, Role.ADMINISTRATOR)


class SavedReportForm(forms.ModelForm):
    source = forms.ChoiceField(label=gettext_lazy("Channel"), required=False)
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Weekday"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        help_text=gettext_lazy("When it is mailed every week."),
    )
    hour = forms.TypedChoiceField(
        label=gettext_lazy("At"), choices=[(hour, f"{hour:02}:00") for hour in range(24)], coerce=int
    )
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    recipients = forms.ModelMultipleChoiceField(
        Agent.objects.none(),
        label=gettext_lazy("Mailed to"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Each gets the figures that he may see himself."),
    )

    class Meta:
        model = SavedReport
        fields = (
            "name",
            "span",
            "team",
            "agent",
            "source",
            "time",
            "cadence",
            "weekday",
            "hour",
            "zone",
            "recipients",
        )

    def __init__(self, *args: Any, owner: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = Team.objects.visible_to(owner)
        colleagues = Agent.objects.all() if owner.sees_everything else Agent.objects.filter(teams__in=teams)
        zones = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
        sources = [(slug, source_label(slug)) for slug in sorted(SOURCES)]
        field = cast(dict[str, Any], self.fields)
        field["team"].queryset, field["team"].empty_label = teams, _("All teams")
        field["agent"].queryset, field["agent"].empty_label = colleagues.distinct(), _("All agents")
        field["source"].choices = [("", _("All channels")), *sources]
        field["zone"].choices = [(zone, zone.replace("_", " ")) for zone in ["UTC", *zones]]
        field["recipients"].queryset = Agent.objects.filter(is_active=True, role__in=LEADING)

    def clean(self) -> dict[str, Any]:
        said = cast(dict[str, Any], super().clean())
        chosen = said.get("recipients") or []
        if said.get("cadence") and not chosen:
            self.add_error("recipients", _("Choose at least one colleague, or yourself."))
        report = SavedReport(team=said.get("team"))
        for agent in chosen:
            if not report.may_read(agent):
                self.add_error("recipients", _("%(name)s may not see that team’s figures.") % {"name": agent})
        return said

    def save(self, commit: bool = True) -> SavedReport:
        report: SavedReport = self.instance
        report.keep(report.owner, self.cleaned_data["recipients"])
        return report


@require_safe
@lead
def saved(request: AgentRequest) -> HttpResponse:
    """His own, and those that others have mailed to him."""
    own = SavedReport.objects.filter(owner=request.user).select_related("team").prefetch_related("recipients")
    mailed = SavedReport.objects.filter(recipients=request.user).exclude(cadence="").select_related("owner")
    today = localdate()
    context = {
        "room": "reports",
        "own": [(report, asked_of(report, request.user, today).query()) for report in own],
        "mailed": mailed,
    }
    return render(request, "reports/saved.html", context)


@require_http_methods(["GET", "POST"])
@lead
def new(request: AgentRequest) -> HttpResponse:
    """Begins with the filters of the report that he looked at."""
    report = SavedReport(owner=request.user, zone=request.user.time_zone)
    picked = {name: request.GET.get(name, "") for name in ("team", "agent", "source", "time")}
    form = SavedReportForm(sent(request), instance=report, owner=request.user, initial=picked)
    return _keep(request, form)


@require_http_methods(["GET", "POST"])
@signed_in
def edit(request: AgentRequest, report_id: int) -> HttpResponse:
    report = get_object_or_404(SavedReport, pk=report_id, owner=request.user)
    return _keep(request, SavedReportForm(sent(request), instance=report, owner=request.user))


@require_POST
@signed_in
def remove(request: AgentRequest, report_id: int) -> HttpResponse:
    get_object_or_404(SavedReport, pk=report_id, owner=request.user).remove(request.user)
    return redirect("saved-reports")


@require_POST
@signed_in
def unsubscribe(request: AgentRequest, report_id: int) -> HttpResponse:
    """No more of it by mail, for whoever gets it."""
    get_object_or_404(SavedReport, pk=report_id, recipients=request.user).unsubscribe(request.user)
    messages.success(request, _("It is no longer mailed to you."))
    return redirect("saved-reports")


def _keep(request: AgentRequest, form: SavedReportForm) -> HttpResponse:
    if not form.is_valid():
        context = {"room": "reports", "form": form, "report": form.instance}
        return render(request, "reports/saved_report.html", context, status=422 if form.is_bound else 200)
    form.save()
    messages.success(request, _("Saved."))
    return redirect("saved-reports")
