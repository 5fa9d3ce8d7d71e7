"""The same clocks out of the events, whatever was done to the ticket."""

import random
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils.timezone import now

from automation.models import Clock, Policy
from automation.sla.clockwork import next_due
from automation.tasks import ring_clocks
from events.history import as_of
from tests.automation.sla.conftest import minutes
from tickets.models import Tag, Ticket

pytestmark = pytest.mark.django_db

SEEN = (
    "kind", "number", "policy_id", "target", "spans", "started_at", "stopped_at", "due_at", "warn_at", "warned_at",
    "breached_at", "steps_done", "next_at",
)  # fmt: skip


def table() -> list[tuple]:
    return list(Clock.objects.order_by("ticket", "kind", "number").values_list("ticket_id", *SEEN))


def live(ticket: Ticket, chance: random.Random, dora, ann, repairs, orders) -> None:
    """Something that happens to tickets."""
    held = ticket.messages.filter(delivery="held").first()
    acts = [
        lambda: ticket.receive(
            dora, text=chance.choice(["And?", "Thank you!", "It is broken again, please help"])
        ),
        lambda: ticket.receive(dora, text="I am away.", automatic=True),
        lambda: ticket.reply(
            ann, text="We look.", then=chance.choice(["pending", "open", "solved", "on_hold"])
        ),
        lambda: ticket.reply(ann, text="Wait.", hold=timedelta(seconds=9)),
        lambda: held and held.release(early=True),
        lambda: ticket.set_status(chance.choice(["open", "pending", "on_hold", "solved", "closed"]), ann),
        lambda: ticket.set_priority(chance.randrange(1, 5), ann),
        lambda: ticket.set_team(chance.choice([repairs, orders]), ann),
        lambda: ticket.tag("Recall", ann),
        lambda: ticket.untag(ticket.tags.first(), ann) if ticket.tags.exists() else None,
        lambda: chance.choice([ticket.mark_spam, ticket.unmark_spam])(ann),
        lambda: ticket.note(ann, text="Hm."),
        lambda: ticket.log_call(ann, "He called."),
    ]
    chance.choice(acts)()


@pytest.mark.parametrize("seed", range(12))
def test_the_events_tell_the_same(policy, dora, ann, orders, repairs, seed):
    chance = random.Random(seed)
    tag = Tag.named("Recall")
    policy.change(None, targets=minutes() | {"resolution": {"1": 3000, "3": 500, "4": 100}}, warn_minutes=10)
    by_tag = Policy(name="Recall", targets=minutes(5, 7, 600), conditions={"tag": [tag.pk]})
    by_tag.change(None, calendar=policy.calendar, steps=[{"minutes": 30, "do": "raise"}])
    by_team = Policy(name="Team", targets=minutes(33), conditions={"team": [repairs.pk], "priority": [3, 4]})
    by_team.change(None, calendar=policy.calendar, pauses=["on_hold"])
    by_tag.move(True, None)
    by_team.move(True, None)
    for _ticket in range(4):
        at = now() - timedelta(days=3)
        with as_of(at):
            ticket = Ticket.open(dora, orders, subject="Lid", source="email", by=dora)
            ticket.receive(dora, text="Hello", at=at)
        for _act in range(14):
            at += timedelta(minutes=chance.expovariate(1 / 90))
            with as_of(at), transaction.atomic():
                live(ticket, chance, dora, ann, repairs, orders)
        ticket.refresh_from_db()
    ring_clocks()
    ring_clocks()
    before, due = table(), list(Ticket.objects.order_by("pk").values_list("due_at", "due_for"))
    assert before
    Clock.objects.update(spans=[], due_at=None, stopped_at=None)
    call_command("rebuild_sla", verbosity=0)
    assert table() == before
    assert list(Ticket.objects.order_by("pk").values_list("due_at", "due_for")) == due


def test_what_is_due_next_stands_on_the_ticket(policy, ticket):
    clock = next_due(list(Clock.objects.filter(ticket=ticket)))
    assert Ticket.objects.get(pk=ticket.pk).due_at == clock.due_at
