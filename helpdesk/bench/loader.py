"""A busy desk: 20 teams, 200 agents, and as many tickets of three messages as asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import connection
from django.utils.timezone import now

from agents.models import Agent, Membership, Role, Team
from customers.models import Customer, Identity
from events.models import Event
from helpdesk.bench.copying import copy, unindexed
from helpdesk.bench.words import RARE, RARE_EVERY, Words
from text.normalise import search_text
from tickets.models import Message, Tag, Ticket
from tickets.models.followable import Following
from tickets.models.ticket import FIRST_NUMBER

TEAMS, AGENTS, TAGS = 20, 200, 40
NOW = now()
LONG_THREAD = 20
# How a desk that has run for two years looks: most is done.
STATES = (
    ["closed"] * 78
    + ["solved"] * 8
    + ["open"] * 6
    + ["pending"] * 4
    + ["new"] * 2
    + ["on_hold"]
    + ["snoozed"]
)
SOURCES = ["email"] * 14 + ["chat"] * 4 + ["api", "phone"]


@dataclass(frozen=True)
class Cast:
    """Who looks at the desk, and at what."""

    ann: Agent
    admin: Agent
    colleagues: list[Agent]  # each in two teams, as Ann
    long_thread: int


def load(tickets: int) -> Cast:
    """Fill the empty database. Ann is in 2 of the 20 teams; one of her tickets has 20 messages."""
    words = Words()
    teams = Team.objects.bulk_create([Team(name=f"Team {number:02}") for number in range(TEAMS)])
    ann, admin, colleagues = _people(teams)
    tags = Tag.objects.bulk_create([Tag(name=f"tag {number}", key=f"tag {number}") for number in range(TAGS)])
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    customers = _customers(words, max(20, tickets // 5))
    with unindexed(Ticket, Message, Event, Ticket.tags.through):
        long_thread = _tickets(words, tickets, teams, [ann, *colleagues], customers, tags)
    Ticket.objects.filter(pk=long_thread).update(sequence=2 * LONG_THREAD + 1)
    followed = (
        Ticket.objects.exclude(team__in=ann.team_ids()).order_by("id").values_list("pk", flat=True)[:50]
    )
    Following.objects.bulk_create([Following(ticket_id=pk, agent=ann) for pk in followed])
    with connection.cursor() as cursor:
        cursor.execute("RESET synchronous_commit")
        cursor.execute("VACUUM (ANALYZE)")
    return Cast(ann, admin, colleagues, long_thread)


def _people(teams: list[Team]) -> tuple[Agent, Agent, list[Agent]]:
    make = partial(Agent, password="!")
    ann = make(email="ann@bench.example", name="Ann")
    admin = make(email="admin@bench.example", name="Adam", role=Role.ADMINISTRATOR)
    colleagues = [make(email=f"agent{n}@bench.example", name=f"Agent {n}") for n in range(AGENTS)]
    Agent.objects.bulk_create([ann, admin, *colleagues])
    memberships = [Membership(team=teams[0], agent=ann), Membership(team=teams[7], agent=ann)]
    for number, agent in enumerate(colleagues):
        memberships += [Membership(team=teams[(number + step) % TEAMS], agent=agent) for step in (0, 7)]
    Membership.objects.bulk_create(memberships)
    return ann, admin, colleagues


def _customers(words: Words, count: int) -> list[int]:
    names = [words.text(2, 2).title() for _ in range(500)]
    addresses = [f"customer{number}@shop{number % 300}.example" for number in range(count)]
    rows = (
        (number + 1, names[number % 500], f"{names[number % 500].lower()} {address}", NOW)
        for number, address in enumerate(addresses)
    )
    copy(Customer, ("id", "name", "search_text", "created_at"), rows)
    identities = ((number + 1, "email", address, address, NOW) for number, address in enumerate(addresses))
    copy(Identity, ("customer_id", "kind", "value", "key", "created_at"), identities)
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('customers_customer', 'id'), %s)", [count])
    return list(range(1, count + 1))


def _tickets(
    words: Words, count: int, teams: list[Team], agents: list[Agent], customers: list[int], tags: list[Tag]
) -> int:
    plan = list(_planned(words, count, teams, agents, customers))
    long_thread = next(t for t in reversed(plan) if t.team == teams[0].pk and t.status == "open").pk
    subjects = [(subject, search_text(subject)) for subject in (words.subject() for _ in range(5_000))]
    texts = [(text, search_text(text)) for text in (words.text() for _ in range(20_000))]
    columns: tuple[str, ...] = (
        "id", "subject", "search_text", "status", "team_id", "assignee_id", "customer_id", "source", "activity_at",
        "created_at", "updated_at", "solved_at", "closed_at", "snoozed_until", "preview", "sequence", "unread",
        "priority", "last_by_customer", "language",
    )  # fmt: skip
    copy(Ticket, columns, (t.row(subjects[t.pk % 5_000], texts[t.pk % 20_000][0][:160]) for t in plan))
    columns = (
        "ticket_id",
        "team_id",
        "number",
        "kind",
        "agent_id",
        "customer_id",
        "text",
        "search_text",
        "created_at",
        "delivery",
    )
    copy(Message, columns, _messages(plan, texts, long_thread))
    columns = (
        "kind", "subject_kind", "subject_id", "actor_kind", "actor_id", "ticket_id", "number", "payload", "at",
    )  # fmt: skip
    copy(Event, columns, _events(plan, long_thread))
    tagged = ((t.pk, tags[t.pk % TAGS].pk) for t in plan if t.pk % 3)
    copy(Ticket.tags.through, ("ticket_id", "tag_id"), tagged)
    return long_thread


@dataclass(frozen=True)
class Planned:
    pk: int
    team: int
    assignee: int | None
    agent: int
    customer: int
    status: str
    source: str
    began: datetime
    latest: datetime
    snoozed: datetime | None
    priority: int

    def row(self, subject: tuple[str, str], preview: str) -> tuple:
        done = self.latest if self.status in {"solved", "closed"} else None
        closed = self.latest if self.status == "closed" else None
        waits = self.status in {"new", "open"}
        return (
            self.pk, *subject, self.status, self.team, self.assignee, self.customer, self.source, self.latest,
            self.began, self.latest, done, closed, self.snoozed, preview, 7, waits, self.priority, waits, "en",
        )  # fmt: skip


def _planned(
    words: Words, count: int, teams: list[Team], agents: list[Agent], customers: list[int]
) -> Iterator[Planned]:
    chance = words.random
    step = timedelta(days=730) / count
    members: dict[int, list[int]] = {team.pk: [] for team in teams}
    for member in agents:
        for team in member.team_ids():
            members[team].append(member.pk)
    for number in range(count):
        began = NOW - timedelta(days=731) + step * number
        # What is not done is mostly young.
        state = chance.choice(STATES) if number < count * 0.9 else chance.choice(STATES[70:])
        team = chance.choice(teams).pk
        agent = chance.choice(members[team])
        yield Planned(
            pk=FIRST_NUMBER + number,
            team=team,
            assignee=None if state == "new" else agent,
            agent=agent,
            customer=chance.choice(customers),
            status="open" if state == "snoozed" else state,
            source=chance.choice(SOURCES),
            began=began,
            latest=began + timedelta(hours=chance.random() * 72),
            snoozed=NOW + timedelta(days=1 + number % 30) if state == "snoozed" else None,
            priority=chance.choice([1, 2, 2, 2, 2, 3, 4]),
        )


def _messages(plan: list[Planned], texts: list[tuple[str, str]], long_thread: int) -> Iterator[tuple]:
    written = 0
    for ticket in plan:
        for place in range(LONG_THREAD if ticket.pk == long_thread else 3):
            text, folded = texts[(written * 7919) % len(texts)]
            if written % RARE_EVERY == 7:
                text, folded = f"{text} {RARE}", f"{folded} {RARE}"
            written += 1
            reply = place % 2 == 1
            who = ("reply", ticket.agent, None) if reply else ("customer", None, ticket.customer)
            at = ticket.began + (ticket.latest - ticket.began) * place / 3
            yield (ticket.pk, ticket.team, 2 * place + 2, *who, text, folded, at, "sent" if reply else "")


def _events(plan: list[Planned], long_thread: int) -> Iterator[tuple]:
    for ticket in plan:
        subject = ("ticket", ticket.pk)
        created = f'{{"source": "{ticket.source}", "status": "new", "team": {ticket.team}}}'
        yield ("ticket.created", *subject, "system", None, ticket.pk, 1, created, ticket.began)
        for place in range(LONG_THREAD if ticket.pk == long_thread else 3):
            kind = "reply.written" if place % 2 else "message.received"
            actor = ("agent", ticket.agent) if place % 2 else ("customer", ticket.customer)
            fact = '{"message": 0}' if place % 2 else '{"message": 0, "kind": "customer", "automatic": false}'
            at = ticket.began + (ticket.latest - ticket.began) * place / 3
            yield (kind, *subject, *actor, ticket.pk, 2 * place + 3, fact, at)
