"""When each agent was online and away: one day along its hours, and the days of a period, the newest first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import time_format
from django.utils.timezone import localtime, now
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from agents.access import AgentRequest, lead
from agents.models import Agent, Membership, Presence
from csat.period import midnight
from reports.durations import DAY, HOUR, MINUTE, short
from reports.now import led_by
from reports.overview import Asked
from reports.presence import Spell, by_day, spells
from reports.reports_views import asked_of, filters
from text.dates import written

MOST_DAYS = 31
"""So many days stand beside each other: the last of the period."""
MOST_AGENTS = 200
HOURS = (0, 6, 12, 18, 24)


@require_safe
@lead
def timeline(request: AgentRequest) -> HttpResponse:
    form, asked = asked_of(request)
    period = asked.period
    first = max(period.first, period.last - timedelta(days=MOST_DAYS - 1))
    days = [period.last - timedelta(days=number) for number in range((period.last - first).days + 1)]
    day = next((one for one in days if one.isoformat() == request.GET.get("day")), days[0])
    people = _people(asked)
    found = spells(people, midnight(first), min(period.end, now()))
    agents = list(people.order_by("name", "pk")[:MOST_AGENTS])
    context = {
        "room": "reports",
        **filters(form, asked),
        "day": written(day, "l j F"),
        "hours": HOURS,
        "lines": [_line(agent, found.get(agent.pk, ()), day) for agent in agents],
        "days": [_head(one, day, asked) for one in days],
        "rows": [_row(agent, found.get(agent.pk, ()), days) for agent in agents],
    }
    return render(request, "reports/presence.html", context)


def _people(asked: Asked) -> QuerySet[Agent]:
    found = led_by(asked.reader)
    if asked.period.team:
        found = found.filter(pk__in=Membership.objects.filter(team=asked.period.team).values("agent"))
    return found.filter(pk=asked.period.agent) if asked.period.agent else found


def _line(agent: Agent, own: Iterable[Spell], day: date) -> dict[str, Any]:
    """One day of an agent: bars along 100 units, and the same in words."""
    start, end = midnight(day), midnight(day + timedelta(days=1))
    whole = (end - start).total_seconds()
    parts = [
        Spell(one.presence, max(one.start, start), min(one.end, end))
        for one in own
        if one.start < end and one.end > start
    ]
    return {
        "agent": agent,
        "bars": [
            {
                "tone": one.presence.value,
                "x": f"{100 * (one.start - start).total_seconds() / whole:.3f}",
                "width": f"{100 * one.seconds / whole:.3f}",
                "says": f"{one.presence.label}: {_span(one)}",
            }
            for one in parts
        ],
        "parts": [(one.presence.label, _span(one), short(one.seconds // 60 * 60)) for one in parts],
        **_times({kind: sum(one.seconds for one in parts if one.presence == kind) for kind in Presence}),
    }


def _span(one: Spell) -> str:
    return "–".join(time_format(localtime(at), "H:i") for at in (one.start, one.end))


def _row(agent: Agent, own: Iterable[Spell], days: list[date]) -> dict[str, Any]:
    told = by_day(own)
    online = [told[day][Presence.ONLINE] if day in told else 0 for day in days]
    away = sum(one[Presence.AWAY] for one in told.values())
    whole = _times({Presence.ONLINE: sum(online), Presence.AWAY: away})
    return {"agent": agent, "days": [_minutes(seconds) for seconds in online], **whole}


def _times(seconds: dict[Presence, float]) -> dict[str, str]:
    return {kind.value: _minutes(seconds[kind]) for kind in (Presence.ONLINE, Presence.AWAY)}


def _minutes(seconds: float) -> str:
    """In hours and minutes; of much time the hours alone, for a day of work is not one of the calendar."""
    if seconds >= DAY:
        return pgettext("short time", "%(count)sh") % {"count": int(seconds // HOUR)}
    return short(seconds // MINUTE * MINUTE) if seconds >= MINUTE else "–"


def _head(day: date, shown: date, asked: Asked) -> dict[str, Any]:
    return {
        "name": written(day, "D j"),
        "query": asked.query(day=day),
        "current": day == shown,
    }
