"""What rules may ask of a ticket, a message and a customer, and gathering it: a handful of queries for any number."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agents.models import Calendar
from automation.actions import People
from automation.rules.conditions import CHOICE, FLAG, NUMBER, RANK, TAGS, TEXT, Facts
from customers.models import Identity
from customers.models.customer import Tier
from events.models import Event
from tickets.icons import SOURCES
from tickets.models import Attachment, Message, MessageKind, Priority, Status, Ticket

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NOBODY = "nobody"


@dataclass(frozen=True)
class Fact:
    label: StrOrPromise
    type: str
    choices: tuple[tuple[str, StrOrPromise], ...] = field(default=())


def _of(choices: Iterable[tuple[Any, Any]]) -> tuple[tuple[str, Any], ...]:
    return tuple((str(value), label) for value, label in choices)


FACTS: dict[str, Fact] = {
    "ticket.subject": Fact(_("Subject"), TEXT),
    "ticket.status": Fact(_("Status"), CHOICE, _of(Status.choices)),
    "ticket.priority": Fact(_("Priority"), RANK, _of(reversed(Priority.choices))),
    "ticket.team": Fact(_("Team"), CHOICE),
    "ticket.assignee": Fact(_("Assignee"), CHOICE),
    "ticket.source": Fact(_("Channel"), CHOICE),
    "ticket.tags": Fact(_("Tags"), TAGS),
    "ticket.language": Fact(_("Language of the ticket"), CHOICE, _of(settings.LANGUAGES)),
    "ticket.rating": Fact(_("Rating"), NUMBER),
    "ticket.complaint": Fact(_("A complaint"), FLAG),
    "ticket.answered": Fact(_("An agent has answered"), FLAG),
    "ticket.waiting": Fact(_("The customer waits for an answer"), FLAG),
    "ticket.at_work": Fact(_("The team is at work now"), FLAG),
    "ticket.snoozed": Fact(_("Snoozed"), FLAG),
    "ticket.follow_up": Fact(_("Follows an earlier ticket"), FLAG),
    "ticket.reopened": Fact(_("How often it was reopened"), NUMBER),
    "ticket.age": Fact(_("Hours since it came"), NUMBER),
    "ticket.waits": Fact(_("Hours the customer waits"), NUMBER),
    "ticket.quiet": Fact(_("Hours since anybody wrote"), NUMBER),
    "message.text": Fact(_("Text of the message"), TEXT),
    "message.kind": Fact(
        _("Kind of the message"),
        CHOICE,
        _of((kind.value, kind.label) for kind in (MessageKind.CUSTOMER, MessageKind.REPLY, MessageKind.NOTE)),
    ),
    "message.automatic": Fact(_("Written by a machine"), FLAG),
    "message.files": Fact(_("Files are attached"), FLAG),
    "message.recipients": Fact(_("Whom it was written to"), TEXT),
    "customer.name": Fact(_("Customer's name"), TEXT),
    "customer.address": Fact(_("Customer's addresses"), TEXT),
    "customer.company": Fact(_("Customer's company"), TEXT),
    "customer.tier": Fact(_("Tier"), CHOICE, _of(Tier.choices)),
    "customer.language": Fact(_("Customer's language"), CHOICE, _of(settings.LANGUAGES)),
    "customer.time_zone": Fact(_("Customer's time zone"), TEXT),
    "customer.notes": Fact(_("Notes on the customer"), TEXT),
    "customer.tickets": Fact(_("How many tickets the customer has"), NUMBER),
    "customer.days": Fact(_("Days since the customer is known"), NUMBER),
    "event.by": Fact(
        _("Who did it"),
        CHOICE,
        (
            ("customer", _("Customer")),
            ("agent", _("Agent")),
            ("automation", pgettext_lazy("actor", "Automation")),
        ),
    ),
}
TYPES = {name: fact.type for name, fact in FACTS.items()}
GROUPS = {
    "ticket": _("Ticket"),
    "message": _("Message"),
    "customer": _("Customer"),
    "event": _("What happened"),
}


def choices_of(name: str, people: People) -> list[tuple[str, StrOrPromise]]:
    """The values that the fact may be compared with."""
    if name == "ticket.team":
        return _pairs(people.teams)
    if name == "ticket.assignee":
        return [(NOBODY, _("nobody")), *_pairs(people.agents)]
    if name == "ticket.source":
        return [(source, label) for source, (_icon, label) in SOURCES.items()]
    return list(FACTS[name].choices)


def _pairs(names: Mapping[int, str]) -> list[tuple[str, StrOrPromise]]:
    return [(str(pk), name) for pk, name in names.items()]


# Gathering ---------------------------------------------------------------------------------------------------


def gather(
    tickets: Collection[Ticket],
    needs: Collection[str],
    *,
    messages: Mapping[int, Message] | None = None,
    event: Event | None = None,
) -> dict[int, Facts]:
    """The facts of each ticket, by its id, for conditions that ask for `needs`. Tickets come with customer and company.
    `messages`: those that it is about, by ticket; else each customer's newest."""
    ids = [ticket.pk for ticket in tickets]
    if messages is None:
        about = any(name.startswith("message.") for name in needs)
        messages = newest_messages(ids) if about else {}
    tags = _tags(ids) if "ticket.tags" in needs else {}
    customers = {ticket.customer_id for ticket in tickets}
    addresses = _addresses(customers) if "customer.address" in needs else {}
    counts = _counts(customers) if "customer.tickets" in needs else {}
    at_work = _at_work({ticket.team_id for ticket in tickets}) if "ticket.at_work" in needs else {}
    found = {}
    for ticket in tickets:
        facts = Facts(_of_ticket(ticket))
        facts |= _of_customer(ticket)
        facts["ticket.at_work"] = at_work.get(ticket.team_id)
        facts["ticket.tags"] = tags.get(ticket.pk, [])
        facts["customer.address"] = "\n".join(addresses.get(ticket.customer_id, []))
        facts["customer.tickets"] = counts.get(ticket.customer_id)
        facts |= _of_message(messages.get(ticket.pk))
        facts["event.by"] = _actor(event)
        found[ticket.pk] = facts
    return found


def newest_messages(ids: Collection[int]) -> dict[int, Message]:
    """The customer's newest message of each ticket, with `has_files`."""
    said = with_files().filter(ticket__in=ids, kind=MessageKind.CUSTOMER, redacted_at=None)
    newest = said.order_by("ticket_id", "-number").distinct("ticket_id")
    return {message.ticket_id: message for message in newest.defer("html", "search_text", "search")}


def with_files() -> Any:
    return Message.objects.annotate(has_files=Exists(Attachment.objects.filter(message=OuterRef("pk"))))


def _of_ticket(ticket: Ticket) -> dict[str, Any]:
    return {
        "ticket.subject": ticket.subject,
        "ticket.status": ticket.status,
        "ticket.priority": ticket.priority,
        "ticket.team": ticket.team_id,
        "ticket.assignee": ticket.assignee_id or NOBODY,
        "ticket.source": ticket.source,
        "ticket.language": ticket.language,
        "ticket.rating": ticket.rating,
        "ticket.complaint": ticket.complaint != "",
        "ticket.answered": ticket.first_replied_at is not None,
        "ticket.waiting": ticket.waiting_since is not None,
        "ticket.snoozed": ticket.snoozed_until is not None,
        "ticket.follow_up": ticket.follow_up_of_id is not None,
        "ticket.reopened": ticket.reopened_count,
        "ticket.age": _hours(ticket.created_at),
        "ticket.waits": _hours(ticket.waiting_since),
        "ticket.quiet": _hours(ticket.activity_at),
    }


def _of_customer(ticket: Ticket) -> dict[str, Any]:
    customer = ticket.customer
    age = _hours(customer.created_at)
    return {
        "customer.name": customer.name,
        "customer.company": customer.company.name if customer.company else "",
        "customer.tier": customer.tier,
        "customer.language": customer.language,
        "customer.time_zone": customer.time_zone,
        "customer.notes": customer.notes,
        "customer.days": None if age is None else age / 24,
    }


def _of_message(message: Any) -> dict[str, Any]:
    if message is None:
        return {}
    return {
        "message.text": message.new_text,
        "message.kind": message.kind,
        "message.automatic": message.automatic,
        "message.files": getattr(message, "has_files", False),
        "message.recipients": "\n".join([*message.to, *message.cc]),
    }


def _actor(event: Event | None) -> str:
    if event is None:
        return "automation"
    return event.actor_kind if event.actor_kind in {"agent", "customer"} else "automation"


def _hours(moment: datetime | None) -> float | None:
    return None if moment is None else (now() - moment).total_seconds() / 3600


def _tags(ids: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for ticket_id, key in Ticket.tags.through.objects.filter(ticket__in=ids).values_list(
        "ticket_id", "tag__key"
    ):
        found.setdefault(ticket_id, []).append(key)
    return found


def _addresses(ids: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for customer_id, value in Identity.objects.filter(customer__in=ids).values_list("customer_id", "value"):
        found.setdefault(customer_id, []).append(value)
    return found


def _at_work(ids: Collection[int]) -> dict[int, bool]:
    """By team, whether its calendar says that it works at this moment."""
    return {pk: Calendar.hours_of(pk).is_open(now()) for pk in ids}


def _counts(ids: Collection[int]) -> dict[int, int]:
    counted = Ticket.objects.filter(customer__in=ids).values_list("customer_id").annotate(count=Count("pk"))
    return dict(counted.order_by())
