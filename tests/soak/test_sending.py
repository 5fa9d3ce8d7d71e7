"""Replies to a server that puts off every third and falls silent at every twentieth, by workers that are killed:
none is lost, and a kill doubles one at most, under the same Message-ID."""

import random
import re
import time
from collections import Counter, defaultdict
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.utils.timezone import now

from channels_inbox import delivery
from channels_inbox.models import Envelope, EnvelopeState
from channels_inbox.models.envelope import LEASE
from customers.models import Customer
from tests.servers.choosy import HANG, Choosy
from tests.soak.crew import Crew
from tickets.models import Delivery, Message, Ticket

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]

TIMEOUT = 1
REPLIES_OF_A_TICKET = 10
_MARK = re.compile(rb"Reply number (\d+)\.")


def write(count: int, channel, orders, ann) -> None:
    """Replies with their envelopes, ready to leave."""
    ticket = None
    for number in range(count):
        if number % REPLIES_OF_A_TICKET == 0:
            customer = Customer.identify("email", f"customer{number}@customer.example", name="Dora")
            ticket = Ticket.open(customer, orders, subject="Soak", source="email")
        message = ticket.reply(ann, text=f"Reply number {number}.", then="", hold=timedelta(0))
        delivery.post(Message.objects.get(pk=message.pk))


def let_time_pass() -> None:
    """Waits between tries are over; claims older than any try can last are claims of the dead."""
    Envelope.objects.filter(state=EnvelopeState.PENDING, attempts__gt=0).update(next_try_at=now())
    held = Envelope.objects.filter(
        state=EnvelopeState.SENDING, claimed_at__lt=now() - timedelta(seconds=15 * TIMEOUT)
    )
    held.update(claimed_at=F("claimed_at") - LEASE)
    delivery.recover()


def moody(chance: random.Random) -> str | None:
    mood = chance.random()
    return "451 4.3.2 Come back later" if mood < 0.3 else HANG if mood < 0.35 else None


def test_none_lost_and_one_double_a_kill_at_most(full, choosy: Choosy, channel, orders, ann):
    replies, kills, workers = (5000, 20, 8) if full else (150, 5, 3)
    chance = random.Random(4711)
    write(replies, channel, orders, ann)
    choosy.verdict = lambda to: moody(chance) if chance.random() < 0.5 else None
    choosy.content_verdict = lambda: moody(chance) if chance.random() < 0.5 else None
    began, done = time.monotonic(), 0
    crew = Crew(
        "tests.soak.worker",
        workers,
        FANOOS_ENV="test",
        EMAIL_URL=f"smtp://127.0.0.1:{choosy.port}",
        EMAIL_TIMEOUT=str(TIMEOUT),
    )
    try:
        while done < replies:
            assert time.monotonic() - began < 1800, f"{done} of {replies} after half an hour"
            time.sleep(0.25)
            let_time_pass()
            done = Envelope.objects.filter(state=EnvelopeState.DONE).count()
            if crew.kills < kills and done > (crew.kills + 1) * replies / (kills + 1):
                crew.kill_one()
    finally:
        crew.end()
        connection.close()
    sent_under, copies = defaultdict(set), Counter()
    for mail, (_to, raw) in zip(choosy.mails(), choosy.taken, strict=True):
        number = int(_MARK.search(raw)[1])
        sent_under[number].add(mail["Message-ID"])
        copies[number] += 1
    lost, doubles = replies - len(copies), sum(copies.values()) - len(copies)
    print(
        f"\n{replies} replies, {choosy.asked} times asked, {crew.kills} workers killed: "
        f"{lost} lost, {doubles} doubled, in {time.monotonic() - began:.0f} s"
    )
    assert crew.kills == kills
    assert lost == 0
    assert doubles <= kills
    assert all(len(ids) == 1 for ids in sent_under.values())
    assert set(Message.objects.values_list("delivery", flat=True)) == {Delivery.SENT}
