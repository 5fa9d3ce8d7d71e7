"""The board of now: for leads their teams, for supervisors everything. The page fetches its parts anew when it hears
that something changed; a screen on the wall shows it large, without the rail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate, localtime
from django.utils.timezone import now as at_now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from agents.access import AgentRequest, lead
from agents.models import Agent, Presence
from automation.models import Ability
from automation.models.routing import MOST_POINTS
from csat import figures as ratings
from csat.period import midnight
from reports import now, outlook, promises
from reports.durations import short
from reports.folding import catch_up
from reports.forecast_drawing import coming
from text.dates import with_time
from tickets.due import due
from tickets.icons import source_icon, source_label
from tickets.models import Ticket


class CapacityForm(forms.Form):
    capacity = forms.IntegerField(min_value=0, max_value=MOST_POINTS)


HEIGHT, STEP, WIDTH = 150.0, 10.0, 6.4
"""Of the drawing of hours, in its own units; the page stretches it to the room that there is."""


@require_safe
@lead
def board(request: AgentRequest) -> HttpResponse:
    """The whole page, or its parts alone for one that is open."""
    catch_up()
    template = "reports/now_parts.html" if request.headers.get("X-Live") else "reports/now.html"
    return render(request, template, _context(request))


@require_POST
@lead
def reassign(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """Give a ticket of the board to another agent."""
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user), pk=ticket_id)
    chosen = request.POST.get("agent", "")
    people = Agent.objects.filter(is_active=True, teams=ticket.team_id)
    ticket.assign(get_object_or_404(people, pk=_id(chosen)) if chosen else None, by=request.user)
    catch_up()
    return render(request, "reports/now_parts.html", _context(request))


@require_POST
@lead
def capacity(request: AgentRequest, agent_id: int) -> HttpResponse:
    """How much one of his agents takes at a time."""
    agent = get_object_or_404(now.led_by(request.user), pk=agent_id)
    form = CapacityForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    Ability.of(agent).take_at_most(form.cleaned_data["capacity"], request.user)
    return render(request, "reports/now_parts.html", _context(request))


def _context(request: AgentRequest) -> dict[str, Any]:
    reader, today = request.user, midnight(localdate())
    asked = now.waiting(reader)
    first = now.median(now.first_replies(reader, today))
    rated = ratings.whole(reader, now.week())
    people = now.agents(reader)
    here = sum(one.agent.presence == Presence.ONLINE for one in people)
    late, soon = promises.late(reader), promises.soon(reader)
    kept = promises.kept_today(reader)
    by_agent, by_source, none = kept.by_agent, kept.by_source, promises.Kept()
    return {
        "room": "now",
        "wall": "wall" in request.GET,
        "today": with_time(localtime(), "l j F"),
        "waiting": asked,
        "longest": short((at_now() - asked.since).total_seconds()) if asked.since else "",
        "first_reply": short(first),
        "compared": _compared(
            first, now.median(now.first_replies(reader, midnight(now.week().first), today))
        ),
        "rated": rated,
        "chart": _chart(now.hours(reader)),
        "coming": coming(outlook.next_hours(reader, here)),
        "promises": kept.whole,
        "late": [_due(ticket) for ticket in late.first],
        "late_count": late.many,
        "soon": [_due(ticket) for ticket in soon.first],
        "soon_count": soon.many,
        "longest_waiting": [_waits(ticket) for ticket in now.longest(reader)],
        "choices": [one.agent for one in people],
        "agents": [
            {
                "at_work": one,
                "first_reply": short(one.first_reply),
                "state": one.agent.get_presence_display(),
                "since": _since(one.since),
                "kept": by_agent.get(one.agent.pk, none).share,
            }
            for one in people
        ],
        "here": here,
        "most_points": MOST_POINTS,
        "channels": [
            {
                "label": source_label(source),
                "icon": source_icon(source),
                "new": new,
                "first_reply": short(middle),
                "kept": by_source.get(source, none).share,
            }
            for source, new, middle in now.channels(reader)
        ],
    }


def _compared(today: float | None, before: float | None) -> str:
    """How today's first replies compare with those of the six days before."""
    if today is None or before is None:
        return _("today so far")
    if abs(today - before) < 1:
        return _("as last week")
    words = _("%(time)s faster than last week") if today <= before else _("%(time)s slower than last week")
    return words % {"time": short(abs(today - before))}


def _since(moment: datetime | None) -> str:
    """For how long, in whole minutes."""
    minutes = (at_now() - moment).total_seconds() // 60 if moment else 0
    return short(minutes * 60) if minutes else ""


def _waits(ticket: Ticket) -> dict[str, Any]:
    assert ticket.waiting_since is not None
    return {"ticket": ticket, "says": short((at_now() - ticket.waiting_since).total_seconds())}


def _due(ticket: Ticket) -> dict[str, Any]:
    assert ticket.due_at is not None
    told = due(ticket.due_at, ticket.due_for, at_now())
    return {"ticket": ticket, "says": told.short, "css": told.css}


def _chart(hours: list[tuple[int, int, int]]) -> dict[str, Any]:
    most = max((done + still for _hour, done, still in hours), default=0)
    columns = []
    for place, (hour, done, still) in enumerate(hours):
        whole, part = (HEIGHT * many / most if most else 0 for many in (done + still, done))
        columns.append(
            {
                "hour": hour,
                "done": done,
                "still": still,
                "says": ngettext("%(count)d ticket", "%(count)d tickets", done + still)
                % {"count": done + still},
                "x": f"{place * STEP + (STEP - WIDTH) / 2:.2f}",
                "whole": {"y": f"{HEIGHT - whole:.2f}", "height": f"{whole:.2f}"},
                "part": {"y": f"{HEIGHT - part:.2f}", "height": f"{part:.2f}"},
            }
        )
    return {"columns": columns, "width": f"{STEP * len(columns):.0f}", "most": most}


def _id(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else 0
