"""Each clock of a ticket in words: what was promised, and why it is due then."""

from __future__ import annotations

from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agents.models import Calendar
from automation.models import COMPLAINT, Clock, Policy, Promise
from automation.sla import clockwork, keeping
from tickets.due import hours_and_minutes
from tickets.models import Priority, Ticket
from tickets.times import clock as shown


def promises_of(ticket: Ticket) -> list[dict[str, Any]]:
    """The newest clock of each kind, ready to print."""
    newest = {clock.kind: clock for clock in Clock.objects.filter(ticket=ticket).order_by("number")}
    return [told(newest[kind], ticket) for kind in [*Promise.values, COMPLAINT] if kind in newest]


def told(clock: Clock, ticket: Ticket) -> dict[str, Any]:
    """How it stands, and why: `label`, `state`, `css`, and the lines of `why`."""
    return {"label": clock.get_kind_display(), **_state(clock), "why": _why(clock, ticket)}


def _state(clock: Clock) -> dict[str, Any]:
    if clock.target is None:
        return {"css": "", "state": _("nothing is promised")}
    if clock.stopped_at is not None:
        if clock.breached_at is not None:
            return {
                "css": "late",
                "state": _("kept too late, %(time)s") % {"time": shown(clock.stopped_at).short},
            }
        return {"css": "ok", "state": _("kept, %(time)s") % {"time": shown(clock.stopped_at).short}}
    if clock.due_at is None:
        return {"css": "", "state": _("paused")}
    if clock.due_at <= now():
        return {"css": "late", "state": _("was due %(time)s") % {"time": shown(clock.due_at).short}}
    return {"css": "", "state": _("due %(time)s") % {"time": shown(clock.due_at).short}}


def _why(clock: Clock, ticket: Ticket) -> list[SafeString]:
    if clock.target is None:
        return []
    book = keeping.book()
    policy = book.policy(clock.policy_id)
    hours = book.hours_of(policy, ticket.team_id)
    pauses = len(clock.spans) - 1
    used = clockwork.elapsed(clock, hours, clock.stopped_at or now()).total_seconds()
    over = used - clock.target
    lines = [
        _promised(clock, clock.target, policy, ticket),
        _line(
            _("Working time is that of “%(calendar)s”, %(zone)s."),
            calendar=_calendar(policy.calendar_id if policy else None, ticket.team_id),
            zone=hours.zone,
        ),
        _line(_("It began %(time)s."), time=shown(clock.started_at).short),
    ]
    if pauses > 0:
        paused = ngettext("It was paused %(count)d time.", "It was paused %(count)d times.", pauses)
        lines.append(conditional_escape(paused % {"count": pauses}))
    if over > 0:
        gone = _("%(used)s of it are gone, %(over)s too much.")
        return [*lines, _line(gone, used=_time(used), over=_time(over))]
    gone = _("%(used)s of it are gone, %(left)s are left.")
    return [*lines, _line(gone, used=_time(used), left=_time(-over))]


def _promised(clock: Clock, target: int, policy: Policy | None, ticket: Ticket) -> SafeString:
    if clock.kind == COMPLAINT:
        return _line(
            _("The level that the complaint has reached has %(length)s of working time."),
            length=_time(target),
        )
    return _line(
        _("Promised within %(length)s of working time, by “%(policy)s” at priority %(priority)s."),
        length=_time(target),
        policy=policy.title if policy else "–",
        priority=str(Priority(ticket.priority).label),
    )


def _line(text: str, **parts: str) -> SafeString:
    """A sentence of ours with its parts isolated; HTML-safe."""
    isolated = {name: format_html("<bdi>{}</bdi>", part) for name, part in parts.items()}
    return mark_safe(conditional_escape(text) % isolated)  # noqa: S308 - all parts are escaped


def _calendar(calendar: int | None, team: int) -> str:
    """The name of the hours that count."""
    own = Calendar.objects.filter(pk=calendar) if calendar else Calendar.of_team(team)
    return (own.select_related("team").first() or Calendar.company()).title


def _time(seconds: float) -> str:
    """In hours and minutes: a day of working time would be taken for another one."""
    return hours_and_minutes(int(seconds // 60))
