"""What agents do to a ticket: each a resource, each answered with a way to take it back."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from agents.access import AgentRequest
from agents.models import Agent, Team
from tickets.forms import Until, priority_of, status_of
from tickets.models import Ticket
from tickets.times import clock
from tickets.views.answers import Undo, changed
from tickets.views.door import Resource


class Solution(Resource):
    """Solved, and not solved after all."""

    def post(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        self.expect(ticket, "status")
        was, slept = ticket.status, ticket.snoozed_until
        ticket.solve(by=request.user)
        return changed(request, ticket, _("Solved."), _back_to(was, ticket, slept))

    def delete(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        was = ticket.status
        ticket.reopen(by=request.user)
        return changed(
            request, ticket, _("Open again."), None if was == ticket.status else _back_to(was, ticket)
        )


class StatusChange(Resource):
    def post(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        status = status_of(request.POST.get("status"))
        self.expect(ticket, "status")
        was, slept = ticket.status, ticket.snoozed_until
        if request.POST.get("undo"):
            ticket.restore_status(status, by=request.user, snoozed_until=_moment(request))
        else:
            ticket.set_status(status, by=request.user)
        said = _("Status: %(status)s.") % {"status": ticket.get_status_display()}
        return changed(request, ticket, said, None if was == ticket.status else _back_to(was, ticket, slept))


class Assignee(Resource):
    hides = ("ticket.assigned", "assignee")

    def post(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        self.expect(ticket, "assignee_id")
        was, chosen = ticket.assignee_id, request.POST.get("assignee", "")
        ticket.assign(get_object_or_404(Agent, pk=_id(chosen)) if chosen else None, by=request.user)
        said = _("Assigned to %(name)s.") % {"name": ticket.assignee} if chosen else _("Nobody’s now.")
        return changed(request, ticket, said, _undo("assignee", "assignee_id", was, ticket.assignee_id))


class TeamChange(Resource):
    hides = ("ticket.team_changed", "team")

    def post(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        team = get_object_or_404(Team, pk=_id(request.POST.get("team", "")))
        self.expect(ticket, "team_id")
        was = ticket.team_id
        ticket.set_team(team, by=request.user)
        said = _("Moved to %(team)s.") % {"team": team}
        return changed(request, ticket, said, _undo("team", "team_id", was, ticket.team_id))


class PriorityChange(Resource):
    def post(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        priority = priority_of(request.POST.get("priority"))
        self.expect(ticket, "priority")
        was = ticket.priority
        ticket.set_priority(priority, by=request.user)
        said = _("Priority: %(priority)s.") % {"priority": ticket.get_priority_display()}
        return changed(request, ticket, said, _undo("priority", "priority", was, int(ticket.priority)))


class Subject(Resource):
    def post(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        self.expect(ticket, "subject")
        was = ticket.subject
        ticket.set_subject(request.POST.get("subject", ""), by=request.user)
        return changed(
            request, ticket, _("Subject changed."), _undo("subject", "subject", was, ticket.subject)
        )


class Snooze(Resource):
    def post(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        until = Until.of(request.POST)
        ticket.snooze(until, by=request.user)
        said = _("Snoozed until %(time)s.") % {"time": clock(until).short}
        return changed(request, ticket, said, Undo("ticket-snooze", "DELETE"))

    def delete(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        was = ticket.snoozed_until
        ticket.wake(by=request.user)
        back = None
        if was is not None:
            back = Undo("ticket-snooze", "POST", {"until": localtime(was).strftime("%Y-%m-%dT%H:%M")})
        return changed(request, ticket, _("Back in the inbox."), back)


class Spam(Resource):
    def post(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        ticket.mark_spam(by=request.user)
        return changed(request, ticket, _("Marked as spam."), Undo("ticket-spam", "DELETE"))

    def delete(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        ticket.unmark_spam(by=request.user)
        return changed(request, ticket, _("Not spam."), Undo("ticket-spam"))


class FollowingOf(Resource):
    """The agent's own following of the ticket."""

    hides = ("ticket.unfollowed", "")

    def post(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        ticket.follow(request.user, by=request.user)
        return changed(request, ticket, _("You follow this ticket."), Undo("ticket-following", "DELETE"))

    def delete(self, request: AgentRequest, ticket: Ticket) -> HttpResponse:
        ticket.unfollow(request.user, by=request.user)
        return changed(request, ticket, _("You no longer follow this ticket."), Undo("ticket-following"))


def _undo(resource: str, field: str, was: object, now: object) -> Undo | None:
    """Back to `was`, unless somebody changes it again before."""
    if was == now:
        return None
    fields = {resource: was, f"seen_{field}": now}
    return Undo(
        f"ticket-{resource}", "POST", {name: "" if value is None else value for name, value in fields.items()}
    )


def _back_to(was: str, ticket: Ticket, slept: datetime | None = None) -> Undo:
    """`slept`: until when it was snoozed, if the change woke it."""
    fields = {"status": was, "undo": "1", "seen_status": ticket.status}
    if slept and ticket.snoozed_until is None:
        fields["snoozed_until"] = slept.isoformat()
    return Undo("ticket-status", "POST", fields)


def _moment(request: AgentRequest) -> datetime | None:
    try:
        moment = parse_datetime(request.POST.get("snoozed_until", ""))
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _id(text: str) -> int:
    """A primary key out of a form; 0, which nobody has, when it is none."""
    return int(text) if text.isdecimal() and len(text) < 18 else 0
