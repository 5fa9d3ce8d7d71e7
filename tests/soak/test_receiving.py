"""Mail comes by SMTP and IMAP while our programs are killed, the queue forgets, the database falls and the mailbox is
numbered anew: each mail is a message once, and what can be none lies in quarantine as it came."""

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from imaplib import IMAP4
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, InterfaceError, connection

from channels_inbox import signing
from channels_inbox.models import Mailbox, Outlet, Parcel, Sender, Verdict
from tests.channels_inbox.conftest import CARE, letter
from tests.drain import drain
from tests.servers.mail import _free_ports
from tests.soak.crew import database_url
from tests.soak.desk import Desk
from tests.soak.letters import BLOCKED, Plan, write
from tests.soak.post import Post
from tests.soak.tally import Tally, is_collected, taken, unfinished
from tests.soak.waiting import forget_queue, is_idle, let_time_pass
from tickets.models import Ticket

pytestmark = [pytest.mark.serial, pytest.mark.servers, pytest.mark.django_db(transaction=True)]

FULL = Plan(all=10_000, without_id=500, repeated=300, unfit=100)
SHORT = Plan(all=300, without_id=15, repeated=9, unfit=12)
KILLS = {"process": 8, "worker": 4, "gateway": 4, "poller": 3, "clock": 1}
FEW_KILLS = {"process": 1, "gateway": 1, "poller": 1}
LONGEST = 3600
AHEAD = 60
"""Mails that wait at most before more are brought."""


@pytest.fixture
def safe_commits(transactional_db):
    """What the tests' database says is committed survives its fall, as in production."""
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {name} SET synchronous_commit = on")
    connection.close()
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {name} RESET synchronous_commit")


@pytest.fixture
def mailbox(mail_server, channel, admin) -> Mailbox:
    mailbox = Mailbox(channel=channel)
    account = {
        "host": "127.0.0.1",
        "port": mail_server.imap_port,
        "encryption": "none",
        "user": f"m{uuid4().hex[:12]}",
    }
    mailbox.change(admin, credentials={"password": "pw"}, **account)
    return mailbox


@pytest.fixture
def env(choosy, clamd) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": database_url(),
        "DATABASE_CONN_MAX_AGE": "600",
        "EMAIL_URL": f"smtp://127.0.0.1:{choosy.port}",
        "EMAIL_TIMEOUT": "10",
        "CLAMD_URL": clamd.url,
        "C_FORCE_ROOT": "yes",
    }


@pytest.fixture
def ours(channel) -> list[str]:
    """Message-IDs of ours that customers answer."""
    for number in range(20):
        mail = letter(Subject="Early", From=f"early{number}@customer.example")
        Parcel.accept(channel, mail.as_bytes(), {"to": [CARE]})
    drain()
    forget_queue()
    return [signing.message_id(ticket, 1) for ticket in Ticket.objects.values_list("pk", flat=True)]


def test_none_lost_none_doubled(
    full,
    safe_commits,
    servers,
    mail_server,
    mailbox,
    channel,
    choosy,
    env,
    ours,
    admin,
    tmp_path,
):
    plan, kills, size = (FULL, KILLS, 8) if full else (SHORT, FEW_KILLS, 2)
    chance = random.Random(4711)
    Sender.judge(BLOCKED, Verdict.BLOCK, admin)
    Outlet.objects.create(channel=channel, acknowledges=True)
    letters = write(plan, chance, ours)
    port = _free_ports(1)[0]
    desk, post = Desk(tmp_path, env, port, size), Post()
    troubles = planned(kills, chance, desk, servers, lambda: mail_server.renumber(mailbox.user))
    tidied_at = began = time.monotonic()
    try:
        desk.start()
        post.bring_by_smtp(letters[::2], port)
        post.bring_to_mailbox(letters[1::2], lambda: signed_in(mail_server, mailbox))
        while not (post.is_over and not troubles and answer(lambda: is_over(mail_server, mailbox))):
            assert time.monotonic() - began < LONGEST, f"{post.brought} brought, {answer(taken)} taken"
            time.sleep(0.25)
            done = answer(taken) or 0
            post.go_on_to(done + AHEAD * (8 if full else 1))
            if troubles and done > troubles[0][0] * (plan.all - plan.repeated):
                troubles.pop(0)[1]()
            if time.monotonic() > tidied_at + 5:
                answer(vacuum)
                tidied_at = time.monotonic()
            if not full and is_idle():
                answer(let_time_pass)
    finally:
        post.end()
        desk.end()
        connection.close()
    tally = Tally(letters, choosy.taken)
    print(
        f"\n{tally}; {post.refused} times not taken at once, killed {dict(desk.kills)}, "
        f"in {time.monotonic() - began:.0f} s"
    )
    assert desk.kills == kills
    assert (tally.lost, tally.doubled, tally.astray, tally.maimed) == ([], [], [], [])
    assert (tally.quarantined.total(), tally.misplaced) == (plan.unfit, 0)
    assert tally.unfinished == 0
    numberings = Parcel.objects.exclude(meta__uid_validity=None).values("meta__uid_validity").distinct()
    assert numberings.count() == 2
    assert max(tally.confirmed_tickets.values()) == 1
    assert tally.acknowledged_otherwise == {}
    assert tally.confirmed_again <= sum(kills.values())


def planned(
    kills: dict[str, int], chance: random.Random, desk: Desk, servers, renumber: Callable[[], None]
) -> list[tuple[float, Callable[[], None]]]:
    """What goes wrong, and after which part of the mails."""
    whom = list(Counter(kills).elements())
    troubles = [(chance.uniform(0.02, 0.95), partial(desk.kill, one, chance)) for one in whom]
    troubles += [
        (0.35, partial(restart, servers.valkey)),
        (0.5, renumber),
        (0.65, partial(restart, servers.postgres)),
    ]
    return sorted(troubles, key=lambda trouble: trouble[0])


def restart(server) -> None:
    """As after a crash: the queue comes back empty, the database with what was committed."""
    server.kill()
    connection.close()
    server.start()


def answer(question: Callable[[], Any]) -> Any:
    """None while the database does not answer."""
    try:
        return question()
    except (DatabaseError, InterfaceError):
        connection.close()
        return None


def vacuum() -> None:
    """What the tests' database server does not do by itself."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def is_over(mail_server, mailbox: Mailbox) -> bool:
    with mail_server.imap(mailbox.user) as imap:
        return is_collected(mailbox, imap) and not unfinished()


def signed_in(mail_server, mailbox: Mailbox) -> IMAP4:
    imap = IMAP4("127.0.0.1", mail_server.imap_port, timeout=30)
    imap.login(mailbox.user, "pw")
    return imap
