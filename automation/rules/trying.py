"""What a rule would do: tried on the newest tickets as they are now, changing nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from automation.actions import TEXTS, Action, People, described
from automation.models import Rule
from automation.rules.conditions import Facts, holds
from automation.rules.facts import NOBODY, gather
from automation.rules.happenings import TIME
from automation.rules.sweeping import due
from text.normalise import fold
from tickets.models import Ticket

MOST_TRIED = 500
"""Tickets."""


@dataclass(frozen=True)
class Trial:
    """`matching`: for how many the conditions hold; `changed`: the tickets that would be others, each with how."""

    tried: int
    matching: int
    changed: list[tuple[Ticket, list[str]]]


def tried(rule: Rule, size: int = MOST_TRIED) -> Trial:
    """The rule on the newest `size` tickets that are no spam; a time rule on those that are old enough now."""
    newest = Ticket.objects.filter(spam_at=None).select_related("customer__company", "team")
    tickets = due(rule) if rule.kind == TIME else newest.defer("search_text")
    found = list(tickets.order_by("-pk")[:size])
    facts = gather(found, rule.needs | {"ticket.tags"})
    matching = [ticket for ticket in found if holds(rule.conditions, facts[ticket.pk])]
    people = People.now()
    changes = [(ticket, _changes(rule.actions, facts[ticket.pk], people)) for ticket in matching]
    return Trial(len(found), len(matching), [(ticket, said) for ticket, said in changes if said])


def _changes(actions: list[Action], facts: Facts, people: People) -> list[str]:
    return [described(action, people) for action in actions if changes(action, facts)]


def changes(action: Action, facts: Facts) -> bool:
    """Whether the action would make a difference to a ticket of these facts."""
    kind, value = action["do"], action["value"]
    if kind in TEXTS or kind in {"follower", "spam"}:
        return True
    if kind in {"tag", "untag"}:
        return (fold(value)[:64] in facts["ticket.tags"]) == (kind == "untag")
    if kind == "snooze":
        return not facts["ticket.snoozed"]
    wanted: Any = NOBODY if value == "nobody" else value
    return str(facts[f"ticket.{kind}"]) != str(wanted)
