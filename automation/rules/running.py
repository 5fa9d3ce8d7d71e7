"""Running the rules on one event. Each acts once along a chain of causes: what a rule sets going never comes back to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from automation.actions import Action, perform
from automation.models import Rule, RuleRun
from automation.rules.conditions import Facts, holds, why
from automation.rules.facts import gather, newest_messages, with_files
from automation.rules.happenings import EVENT
from events.models import Event
from tickets.models import Message, Ticket

LONGEST_CHAIN = 20
"""Events; what goes on for longer is left alone."""

_CHAIN = """
    WITH RECURSIVE chain AS (
        SELECT id, cause_id, actor_kind, actor_id, 1 AS place FROM events_event WHERE id = %s
        UNION ALL
        SELECT e.id, e.cause_id, e.actor_kind, e.actor_id, chain.place + 1
        FROM events_event e JOIN chain ON e.id = chain.cause_id WHERE chain.place <= %s
    )
    SELECT actor_kind, actor_id, place FROM chain
"""


def run(event: Event) -> None:
    """Let each rule that waits for the event act, in their order. Within the task's transaction."""
    rules = [rule for rule in Rule.objects.running(EVENT) if event.kind in rule.kinds]
    ticket = find(event.ticket_id) if rules and event.ticket_id else None
    if ticket is None or ticket.spam_at is not None:
        return
    acted, too_long = _chain(event)
    message = _message_of(event, ticket)
    for rule in rules:
        messages = {ticket.pk: message} if message else {}
        facts = gather([ticket], rule.needs, messages=messages, event=event)[ticket.pk]
        if not holds(rule.conditions, facts):
            continue
        if rule.pk in acted or too_long:
            _note(rule, ticket, facts, [], event=event, in_circle=True)
            continue
        act(rule, ticket, facts, event=event, automatic=bool(message and message.automatic))
        if rule.stops:
            break


def act(
    rule: Rule,
    ticket: Ticket,
    facts: Facts,
    *,
    event: Event | None = None,
    anchor_at: datetime | None = None,
    automatic: bool = False,
) -> RuleRun:
    """Do what the rule says, and write down why and what. One action that is refused does not keep the others."""
    did = [_do(rule, action, ticket, automatic) for action in rule.actions]
    return _note(rule, ticket, facts, did, event=event, anchor_at=anchor_at)


def find(ticket_id: int) -> Ticket | None:
    """The ticket, locked until the transaction ends; None when it is gone."""
    found = Ticket.objects.select_for_update(no_key=True, of=("self",))
    return found.select_related("customer__company", "team").filter(pk=ticket_id).first()


def _do(rule: Rule, action: Action, ticket: Ticket, automatic: bool) -> dict[str, Any]:
    if action["do"] == "message" and automatic:
        return action | {"refused": "automatic"}
    try:
        with transaction.atomic():
            perform(ticket, action, ("rule", rule.pk))
    except ValueError as error:
        return action | {"refused": str(error)}
    return action


def _note(
    rule: Rule,
    ticket: Ticket,
    facts: Facts,
    did: list[dict[str, Any]],
    *,
    event: Event | None = None,
    anchor_at: datetime | None = None,
    in_circle: bool = False,
) -> RuleRun:
    return RuleRun.objects.create(
        rule=rule,
        name=rule.name,
        version=rule.version,
        ticket=ticket,
        event_id=event.pk if event else None,
        event_kind=event.kind if event else "",
        anchor_at=anchor_at,
        why=why(rule.conditions, facts),
        did=did,
        in_circle=in_circle,
    )


def _chain(event: Event) -> tuple[set[int | None], bool]:
    """The rules that acted on the way to the event, and whether the way was too long."""
    if event.cause_id is None:
        return ({event.actor_id} if event.actor_kind == "rule" else set()), False
    with connection.cursor() as cursor:
        cursor.execute(_CHAIN, [event.pk, LONGEST_CHAIN])
        found = cursor.fetchall()
    return {pk for kind, pk, _place in found if kind == "rule"}, len(found) > LONGEST_CHAIN


def _message_of(event: Event, ticket: Ticket) -> Message | None:
    """The message that the event is about, else the customer's newest."""
    if pk := event.payload.get("message"):
        return with_files().filter(pk=pk, ticket=ticket).first()
    return newest_messages([ticket.pk]).get(ticket.pk)
