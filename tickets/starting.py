from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from agents.models import Agent
from customers.models import Customer
from text.language import detect
from tickets.models import Attachment, Status, Ticket

HOLD = timedelta(seconds=10)


@transaction.atomic
def start(by: Agent, customer: Customer, files: Iterable[Attachment], said: dict[str, Any]) -> Ticket:
    """A new ticket of `by`. `said`: kind ("mail": sent to the customer, "call": what was said), team, subject, text."""
    call = said["kind"] == "call"
    language = detect(said["text"]) or customer.language
    known = {code for code, _name in settings.LANGUAGES}
    ticket = Ticket.open(
        customer,
        said["team"],
        subject=said["subject"],
        source="phone" if call else "email",
        by=by,
        language=language if language in known else "",
        hold=timedelta(0) if call else HOLD,
    )
    ticket.assign(by, by)
    if call:
        ticket.log_call(by, said["text"])
    else:
        ticket.reply(by, text=said["text"], attachments=files, then=Status.PENDING)
    return ticket
