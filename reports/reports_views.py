"""Reports over the past: figures of a period beside the one before, and the tickets behind each number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.dates import WEEKDAYS
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from agents.access import AgentRequest, lead
from agents.models import Agent, Team, Workspace
from csat.period import PeriodForm
from reports import listing, overview, spreads
from reports.durations import short
from reports.folding import catch_up
from reports.overview import AGES, Asked, Whole
from reports.sums import Total
from text import cells
from text.dates import written
from tickets.icons import SOURCES, source_icon, source_label

SPANS = (7, 30, 90, 365)
HEIGHT, STEP, WIDTH = 100.0, 10.0, 3.6
SHADES = 5
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@lead
def reports(request: AgentRequest) -> HttpResponse:
    catch_up()
    form, asked = asked_of(request)
    whole, before = overview.whole(asked), overview.whole(asked.before())
    step, days = overview.by_day(asked)
    ages = overview.ages(asked)
    context = {
        "room": "reports",
        **filters(form, asked),
        "tiles": _tiles(asked, whole, before, sum(ages)),
        "step": step,
        "chart": _chart(days, step),
        "heat": _heat(asked),
        "spreads": [
            spreads.chart(title, measure, spreads.counted(asked, measure))
            for title, measure in (
                (_("First reply"), "first"),
                (_("Next reply"), "next"),
                (_("Time to solve"), "done"),
            )
        ],
        "ages": _ages(ages),
        "open": asked.query(kind="open"),
        "tables": _tables(asked),
    }
    return render(request, "reports/reports.html", context)


@require_safe
@lead
def tickets(request: AgentRequest) -> HttpResponse:
    """The list behind a number."""
    asked = asked_of(request)[1]
    kind = _kind(request)
    rows, following = listing.page(asked, kind, request.GET.get("before", ""))
    context = {
        "room": "reports",
        "title": listing.KINDS[kind][0],
        "asked": asked,
        "back": asked.query(),
        "query": asked.query(kind=kind),
        "more": asked.query(kind=kind, before=following) if following else "",
        "rows": [
            {"figures": row, "first": short(first), "done": short(done)}
            for row, first, done in ((row, *listing.times(asked, row)) for row in rows)
        ],
    }
    return render(request, "reports/tickets.html", context)


@require_safe
@lead
def export(request: AgentRequest) -> StreamingHttpResponse:
    """The list as CSV, or with `format=xlsx` as a workbook."""
    asked, kind = asked_of(request)[1], _kind(request)
    is_sheet = request.GET.get("format") == "xlsx"
    table: Iterator[Any] = (
        listing.sheet(asked, kind) if is_sheet else cells.pieces(listing.lines(asked, kind))
    )
    answer = StreamingHttpResponse(table, content_type=SHEET if is_sheet else "text/csv; charset=utf-8")
    ending = "xlsx" if is_sheet else "csv"
    name = f"tickets-{kind}-{asked.period.first}-{asked.period.last}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def asked_of(request: AgentRequest) -> tuple[PeriodForm, Asked]:
    said = request.GET.copy()
    said.pop("channel", None)
    form = PeriodForm(said, request.user)
    source = request.GET.get("source", "")
    by_work = request.GET.get("time") == "business"
    return form, Asked(request.user, form.period(), source if source in SOURCES else "", by_work)


def filters(form: PeriodForm, asked: Asked) -> dict[str, Any]:
    """What `reports/filters.html` shows."""
    return {
        "form": form,
        "asked": asked,
        "picks": [form["team"], form["agent"]],
        "sources": [(slug, source_label(slug), slug == asked.source) for slug in sorted(SOURCES)],
        "spans": _spans(asked),
        "by_calendar": asked.query(time=None),
        "by_work": asked.query(time="business"),
    }


def _kind(request: AgentRequest) -> str:
    kind = request.GET.get("kind", "")
    return kind if kind in listing.KINDS else "created"


def _spans(asked: Asked) -> list[dict[str, Any]]:
    today = localdate()
    return [
        {
            "label": ngettext("%(count)d day", "%(count)d days", days) % {"count": days},
            "query": asked.query(**{"from": today - timedelta(days=days - 1), "to": today}),
            "current": asked.period.last == today and asked.period.days == days,
        }
        for days in SPANS
    ]


def _tiles(asked: Asked, whole: Whole, before: Whole, still_open: int) -> list[dict[str, Any]]:
    """Each number with what it was before, and where its tickets are listed."""

    def number(label: str, kind: str, now: Total, was: Total) -> dict[str, Any]:
        return {"label": label, "value": now.many, "query": asked.query(kind=kind), "was": was.many}

    def times(label: str, now: Total, was: Total) -> dict[str, Any]:
        most = _("9 of 10 within %(time)s") % {"time": short(now.ninetieth)} if now.many else ""
        return {"label": label, "value": short(now.median), "most": most, "was": short(was.median)}

    return [
        number(_("Came in"), "created", whole.created, before.created),
        number(_("Solved tickets"), "solved", whole.done, before.done),
        number(_("Solved at one touch"), "one-touch", whole.one_touch, before.one_touch),
        number(_("Reopened"), "reopened", whole.reopened, before.reopened),
        times(_("Median first reply"), whole.first, before.first),
        times(_("Median next reply"), whole.next, before.next),
        times(_("Median time to solve"), whole.done, before.done),
        {"label": _("Open now"), "value": still_open, "query": asked.query(kind="open")},
    ]


def _chart(days: list[tuple[date, int, int]], step: str) -> dict[str, Any]:
    most = max((max(created, done) for _day, created, done in days), default=0)
    columns = [
        {
            "name": written(day, "F Y" if step == "month" else "j M"),
            "created": created,
            "done": done,
            "bars": [
                {
                    "tone": tone,
                    "x": f"{place * STEP + offset:.2f}",
                    "y": f"{HEIGHT - _height(many, most):.2f}",
                    "height": f"{_height(many, most):.2f}",
                }
                for tone, offset, many in (("middle", 1.2, created), ("good", 1.2 + WIDTH + 0.4, done))
            ],
        }
        for place, (day, created, done) in enumerate(days)
    ]
    names = [column["name"] for column in columns]
    ends = [names[0], names[len(names) // 2], names[-1]] if len(names) > 2 else names
    return {"columns": columns, "width": f"{STEP * len(columns):.0f}", "most": most, "ends": ends}


def _height(many: int, most: int) -> float:
    return HEIGHT * many / most if most else 0.0


def _heat(asked: Asked) -> list[dict[str, Any]]:
    counted, begins = overview.heat(asked), Workspace.week_begins()
    most = max(counted.values(), default=0)
    return [
        {
            "day": WEEKDAYS[day - 1],
            "hours": [
                (counted[day, hour], -(-counted[day, hour] * SHADES // most) if most else 0)
                for hour in range(24)
            ],
        }
        for day in ((begins + number) % 7 + 1 for number in range(7))
    ]


def _ages(counted: list[int]) -> list[tuple[str, int]]:
    words = [ngettext("Up to %(count)d day", "Up to %(count)d days", days) % {"count": days} for days in AGES]
    return list(zip([*words, _("Older")], counted, strict=True))


def _tables(asked: Asked) -> list[dict[str, Any]]:
    teams = {team.pk: team.name for team in Team.objects.visible_to(asked.reader)}
    by_agent, by_team, by_source = (overview.by(asked, column) for column in ("agent", "team", "source"))
    agents = Agent.objects.in_bulk([row.key for row in by_agent if row.key])
    return [
        _table("agent", _("Agents"), by_agent, {pk: agent.name for pk, agent in agents.items()}, asked),
        _table("team", _("Teams"), by_team, teams, asked),
        _table(
            "source", _("Channels"), by_source, {row.key: source_label(row.key) for row in by_source}, asked
        ),
    ]


def _table(
    name: str, title: str, rows: list[overview.Row], names: dict[Any, str], asked: Asked
) -> dict[str, Any]:
    return {
        "name": name,
        "title": title,
        "rows": [
            {
                "label": names.get(row.key) or _("Nobody"),
                "icon": source_icon(row.key) if name == "source" else "",
                "query": asked.query(**{name: row.key}) if row.key in names else "",
                "row": row,
                "first": short(row.first),
                "resolution": short(row.resolution),
            }
            for row in rows
        ],
    }
