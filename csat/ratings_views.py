"""The supervisors' page: how content customers are, and what they say. Leads see their teams."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from agents.access import AgentRequest, lead
from agents.models import Agent, Team
from channels_inbox.models import Channel
from csat import charts, comments, figures
from csat.export import lines
from csat.faces import ICONS
from csat.figures import Figures
from csat.period import Period, PeriodForm
from text import cells
from tickets.icons import source_icon
from tickets.times import clock

SPANS = (7, 30, 90, 365)


@require_safe
@lead
def ratings(request: AgentRequest) -> HttpResponse:
    """The figures of the period that the address names, and the first comments."""
    form = PeriodForm(request.GET, request.user)
    period = form.period()
    report = figures.report(request.user, period)
    context = {
        "room": "ratings",
        "form": form,
        "period": period,
        "spans": _spans(period),
        "whole": report.whole,
        "change": _change(request.user, period, report.whole),
        "chart": charts.columns(report.by_day, report.step),
        "step": report.step,
        "spread": charts.spread(report.whole),
        "tables": _tables(report, period),
    }
    return render(request, "csat/ratings.html", context | _comments(request, period))


@require_safe
@lead
def more_comments(request: AgentRequest) -> HttpResponse:
    """The fragment with the next comments."""
    period = PeriodForm(request.GET, request.user).period()
    return render(request, "csat/comments.html", _comments(request, period))


@require_safe
@lead
def export(request: AgentRequest) -> StreamingHttpResponse:
    """The period's questions and answers as CSV."""
    period = PeriodForm(request.GET, request.user).period()
    answer = StreamingHttpResponse(
        cells.pieces(lines(period.of(request.user))), content_type="text/csv; charset=utf-8"
    )
    name = f"ratings-{period.first}-{period.last}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _comments(request: AgentRequest, period: Period) -> dict[str, Any]:
    kind = request.GET.get("kind", "all")
    kind = kind if kind in comments.KINDS else "all"
    page = comments.page(request.user, period, kind, request.GET.get("before", ""))
    shown = [
        {
            "survey": survey,
            "icon": ICONS[survey.score or 3],
            "at": clock(survey.answered_at),
            "opens": survey.ticket.is_visible_to(request.user),
        }
        for survey in page.surveys
        if survey.answered_at
    ]
    kinds = [
        {"label": label, "query": period.query(kind=name), "current": name == kind}
        for name, (label, _condition) in comments.KINDS.items()
    ]
    following = period.query(kind=kind, before=page.next) if page.next else ""
    return {"comments": shown, "more": following, "kinds": kinds}


def _spans(period: Period) -> list[dict[str, Any]]:
    """The last 7, 30 … days, as links that keep what is picked."""
    today = localdate()
    return [
        {
            "label": ngettext("%(count)d day", "%(count)d days", days) % {"count": days},
            "query": period.query(**{"from": today - timedelta(days=days - 1), "to": today}),
            "current": period.last == today and period.days == days,
        }
        for days in SPANS
    ]


def _change(reader: Agent, period: Period, whole: Figures) -> str:
    """How the score compares with as many days before."""
    before = figures.whole(reader, period.before())
    if before.average is None or whole.average is None:
        return ""
    change = round(whole.average, 2) - round(before.average, 2)
    words = _("as before") if not round(change, 2) else _("%(much)s higher than before")
    words = _("%(much)s lower than before") if change < 0 and round(change, 2) else words
    return words % {"much": f"{abs(change):.2f}"}


def _tables(report: figures.Report, period: Period) -> list[dict[str, Any]]:
    agents = Agent.objects.in_bulk([pk for pk in report.by_agent if pk])
    teams = Team.objects.in_bulk([pk for pk in report.by_team if pk])
    channels = Channel.objects.in_bulk([pk for pk in report.by_channel if pk])
    return [
        _table("agent", _("Agents"), report.by_agent, agents, _("Nobody"), period),
        _table("team", _("Teams"), report.by_team, teams, _("No team any more"), period),
        _table("channel", _("Channels"), report.by_channel, channels, _("Not known"), period),
    ]


def _table(
    name: str,
    title: str,
    counted: dict[int | None, Figures],
    known: dict[int, Any],
    none: str,
    period: Period,
) -> dict[str, Any]:
    """Most answers first."""
    rows = sorted(counted.items(), key=lambda row: (-row[1].answered, -row[1].asked, row[0] or 0))
    return {
        "name": name,
        "title": title,
        "rows": [
            {
                "thing": known.get(pk or 0),
                "label": str(known.get(pk or 0) or none),
                "icon": source_icon(known[pk].kind) if name == "channel" and pk in known else "",
                "query": period.query(**{name: pk}) if pk in known else "",
                "figures": one,
            }
            for pk, one in rows
        ],
    }
