"""Macros at the composer: with a reply, what else they do waits until it leaves; without one, all is done at once."""

from __future__ import annotations

from typing import Any

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from agents.models import Agent
from automation.actions import Action, People, described, number, perform
from automation.blanks import filled
from automation.models import Macro
from events.models import Event
from tickets.along import reads
from tickets.models import Message, Ticket

log = structlog.get_logger(__name__)

MOST_SHOWN = 50
PREFIX = "macro"


def offered(agent: Agent, ticket: Ticket, words: str) -> list[dict[str, Any]]:
    """The macros that hold the words, for `automation/macro_menu.html`, with what each would do."""
    people = People.now()
    found = [macro for macro in Macro.objects.usable_by(agent) if macro.holds(words)]
    return [_shown(macro, agent, ticket, people) for macro in found[:MOST_SHOWN]]


def _shown(macro: Macro, agent: Agent, ticket: Ticket, people: People) -> dict[str, Any]:
    steps = [described(action, people) for action in macro.actions if action["do"] != "reply"]
    return {
        "macro": macro,
        "reply": filled(macro.reply, ticket, agent),
        "then": macro.then,
        "along": f"{PREFIX}:{macro.pk}" if macro.along else "",
        "steps": " · ".join(steps),
        "waiting": " · ".join(described(action, people) for action in macro.along),
    }


@reads(PREFIX)
def along(agent: Agent, ticket: Ticket, words: str) -> list[Action]:
    """What the macro of that number does besides its reply. ValueError when he may no longer use it."""
    macro = Macro.objects.usable_by(agent).filter(pk=number(words)).first()
    if macro is None:
        raise ValueError(_("This macro is gone. Nothing was sent."))
    return macro.along


def follow(event: Event) -> None:
    """The reply has left: do what was to be done along with it, as its writer. What is refused by now is left."""
    message = Message.objects.select_related("ticket__customer", "ticket__team", "agent").get(
        pk=event.payload["message"]
    )
    for action in message.along:
        try:
            with transaction.atomic():
                perform(message.ticket, action, message.agent, message.agent)
        except ValueError as error:
            log.warning("step_refused", ticket=message.ticket_id, step=action["do"], error=str(error))
