"""What is done when a promise is about to be broken, and when it was: each of it once, whoever sweeps, and however late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from time import monotonic
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext

from agents.models import Agent, Role
from automation.models import Clock, Policy, Promise, Step
from automation.sla import clockwork, keeping
from automation.sla.book import Book
from tickets.models import Priority, Ticket

log = structlog.get_logger(__name__)

MOST_SECONDS = 2.0
"""However many are due at once, so long at a time: the same workers do the desk's other work, and the next turn goes on."""


def sweep(limit: int = 500) -> int:
    """Ring the clocks whose time has come, those that wait longest first; returns of how many tickets it did."""
    began, rung = monotonic(), 0
    due = Clock.objects.filter(next_at__lte=now()).order_by("next_at")
    for ticket_id in dict.fromkeys(due.values_list("ticket_id", flat=True)[:limit]):
        try:
            ring(ticket_id)
        except Exception as error:
            log.error("clock_failed", ticket=ticket_id, error_type=type(error).__name__)
        rung += 1
        if monotonic() - began >= MOST_SECONDS:
            break
    return rung


@transaction.atomic
def ring(ticket_id: int) -> None:
    """Under the ticket's lock: whoever comes second finds that all was done."""
    ticket = Ticket.objects.locked().get(pk=ticket_id)
    ticket.remember_lock(vars(ticket)["follower_ids"])
    book = keeping.book()
    due = Clock.objects.filter(ticket=ticket, next_at__lte=now()).order_by("number", "kind")
    if any(clock.is_stale for clock in due):
        keeping.refresh(ticket)
        due = due.all()
    for place, found in enumerate(due):
        # What was done about one may have moved the others.
        clock = Clock.objects.filter(pk=found.pk, next_at__lte=now()).first() if place else found
        if clock:
            _ring(ticket, clock, book, now())


def _ring(ticket: Ticket, clock: Clock, book: Book, at: datetime) -> None:
    policy = book.policy(clock.policy_id)
    hours = book.hours_of(policy, ticket.team_id)
    is_late = clock.due_at is not None and clock.due_at <= at and clock.breached_at is None
    is_close = clock.warn_at is not None and clock.warn_at <= at and clock.warned_at is None
    if is_late:
        clock.breached_at = clock.due_at
    elif is_close and clock.breached_at is None:
        clock.warned_at = clock.warn_at
    steps = policy.steps[clock.steps_done :] if policy else []
    due = [(step, clockwork.step_at(clock, step, hours)) for step in steps]
    ready = [step for step, moment in due if moment is not None and moment <= at]
    clock.steps_done += len(ready)
    clockwork.price(clock, book, ticket.team_id)
    clock.save()
    if is_late:
        keeping.tell(ticket, clock, "sla.breached")
    elif is_close and clock.warned_at:
        keeping.tell(ticket, clock, "sla.warned")
    for step in ready:
        _escalate(ticket, clock, step, policy)


def _escalate(ticket: Ticket, clock: Clock, step: dict[str, Any], policy: Policy | None) -> None:
    """One step; what cannot be done, such as giving it to somebody who has left, is left."""
    by, do, to = ("policy", clock.policy_id), step["do"], step.get("to")
    keeping.tell(ticket, clock, "sla.escalated", step=do, to=to)
    if do == Step.RAISE:
        ticket.set_priority(min(ticket.priority + 1, Priority.URGENT), by)
    elif do == Step.ASSIGN:
        if agent := Agent.objects.filter(pk=to or 0, is_active=True).first():
            ticket.assign(agent, by)
    else:
        _remind(ticket, clock, list(whom(ticket, do, to)))


def whom(ticket: Ticket, do: str, to: int | None) -> Iterable[Agent]:
    """Who is told by a step."""
    active = Agent.objects.filter(is_active=True)
    if do == Step.TELL_LEADS:
        return active.filter(teams=ticket.team_id, role=Role.LEAD)
    return active.filter(pk=(ticket.assignee_id if do == Step.TELL_ASSIGNEE else to) or 0)


def _remind(ticket: Ticket, clock: Clock, agents: list[Agent]) -> None:
    """A note of the desk's that names them; they follow the ticket from then on."""
    if not agents:
        return
    with translation.override(agents[0].language or settings.LANGUAGE_CODE):
        names, what = ", ".join(map(str, agents)), Promise(clock.kind).label
        late = gettext("%(names)s: the promise “%(what)s” was broken. Please look after this ticket.")
        close = gettext(
            "%(names)s: the promise “%(what)s” is about to be broken. Please look after this ticket."
        )
        text = (late if clock.breached_at else close) % {"names": names, "what": what}
    for agent in agents:
        if agent.pk != ticket.assignee_id:
            ticket.follow(agent, ("policy", clock.policy_id))
    ticket.note(None, text=text, mentions=[agent.pk for agent in agents])
