"""What agents should know about a letter before they believe it, and what they can do about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from tickets.addresses import address
from tickets.models import STRANGER, Message, Participant, Ticket


def participants_of(ticket: Ticket, messages: Iterable[Message]) -> set[int]:
    """Who was added to the ticket, by id; asked for only where somebody wrote who was not on it."""
    if not any(STRANGER in message.flags for message in messages):
        return set()
    return set(Participant.objects.filter(ticket=ticket.pk).values_list("customer_id", flat=True))


def warnings_of(message: Message, ticket: Ticket, participants: set[int]) -> list[dict[str, Any]]:
    """Each with what it `says` and, where an agent can settle it, the `url` to post to and its `button`."""
    if message.redacted_at:
        return []
    flags, found = set(message.flags), []
    if "forged-agent" in flags:
        found.append(
            {"says": _("The sender claims to be one of us, which could not be verified. Take care.")}
        )
    if STRANGER in flags and message.customer_id not in participants | {ticket.customer_id}:
        found.append(
            {
                "says": _("This person is not on the conversation and gets no copies of it."),
                "url": address("ticket-participant", ticket.pk, message.pk),
                "button": _("Add to the conversation"),
            }
        )
    if "unproved" in flags:
        found.append(
            {
                "says": _(
                    "The mail server found no proof that this came from its sender. Suspected spam or forgery."
                )
            }
        )
    if "same-id" in flags:
        found.append(
            {"says": _("Another message came under the same identifier. One of them may be forged.")}
        )
    if "complained" in flags:
        found.append(
            {"says": _("A recipient reported this mail as spam. Nothing more is sent to that address.")}
        )
    if "unsubscribed" in flags:
        found.append({"says": _("A recipient unsubscribed. Nothing more is sent to that address.")})
    if "reply-to-refused" in flags:
        found.append(
            {"says": _("It asks for answers at another address. They go to the customer’s own all the same.")}
        )
    if "reply-to" in flags:
        found.append({"says": _("Its writer wants answers at %(address)s.") % {"address": message.answer_to}})
    return found
