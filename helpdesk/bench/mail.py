"""Mail taken in, from SMTP to tickets, messages, events and what waits to be sent, against bare parsing of the same mails.

The gateway and one worker run as in production. A second of one core is a second of theirs; the database's own time
stands on a line of its own.
"""

from __future__ import annotations

import email
import email.policy
import os
import random
import smtplib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

from django.db import connection

from helpdesk.bench import places
from helpdesk.bench.table import Line
from helpdesk.bench.words import Words

CARE = "care@bench.example"
LEAST_A_SECOND = 110
LEAST_SHARE = 1 / 3
MOST_GROWTH = 1.1
PICTURE = b"\x89PNG\r\n\x1a\n" + random.Random(1).randbytes(20_000)
LONGEST_WAIT = 3600
STEPS = 5


def measure(folder: Path, mails: int) -> list[Line]:
    """`mails` of five kinds, from as many senders as a fifth of them."""
    _prepare()
    letters = [_letter(number, mails) for number in range(mails)]
    bare = _bare(letters[: min(mails, 400)])
    with _programs(folder) as (gateway, worker):
        # What is loaded, cached and counted with the first mails is no cost of the others.
        _take(gateway.port, letters[: mails // 4])
        places.count_rows()
        before, cost, database = _memory(gateway, worker), _seconds(gateway, worker), _database_seconds()
        began = time.monotonic()
        _take(gateway.port, letters[mails // 4 :])
        took, taken = time.monotonic() - began, mails - mails // 4
        cost, database = _seconds(gateway, worker) - cost, _database_seconds() - database
        after = _memory(gateway, worker)
    rate = taken / cost
    return [
        Line("mails parsed by email.policy.default, a second of a core", "", f"{bare:.0f}"),
        Line(
            "mails taken in, a second of a core",
            "",
            f"{rate:.0f}",
            goal=f"≥ {LEAST_A_SECOND}",
            met=rate >= LEAST_A_SECOND,
        ),
        Line(
            "… of bare parsing",
            ratio=f"{rate / bare:.2f}",
            goal="≥ 0.33",
            met=rate / bare >= LEAST_SHARE,
        ),
        Line("… by the clock, a second", "", f"{taken / took:.0f}"),
        Line("… PostgreSQL's time, each", "", f"{database / taken * 1000:.1f} ms"),
        _growth(before, after, f"from {mails // 4:,} to {mails:,} mails"),
    ]


def steady(folder: Path, mails: int, say: Callable[[str], None]) -> list[Line]:
    """The memory of both after each fifth of `mails` short ones, told as it comes."""
    _prepare()
    step = mails // STEPS
    found: list[int] = []
    with _programs(folder) as (gateway, worker):
        for begin in range(0, step * STEPS, step):
            _take(gateway.port, [_short(number) for number in range(begin, begin + step)])
            found.append(_memory(gateway, worker))
            say(f"  {begin + step:,} mails: {found[-1] / 2**20:.1f} MB")
    return [_growth(found[0], found[-1], f"from {step:,} to {step * STEPS:,} short mails")]


def _growth(before: int, after: int, over: str) -> Line:
    """The memory of both in bytes, in the end and in times of the beginning."""
    grown = after / before
    return Line(
        f"memory of gateway and worker, {over}",
        "",
        f"{after / 2**20:.0f} MB",
        ratio=f"{grown:.2f}",
        goal=f"≤ {MOST_GROWTH} of before",
        met=grown <= MOST_GROWTH,
    )


@contextmanager
def _programs(folder: Path) -> Iterator[tuple[places.Program, places.Program]]:
    """The gateway, and a worker of one process that sends nothing: what waits to be sent is the end of the way."""
    taking = ("manage", "mail_gateway", f"--host={places.HOST}", "--port={port}")
    working = (
        "celery",
        "--app=helpdesk.celery",
        "worker",
        "--concurrency=1",
        "--loglevel=WARNING",
        "--queues=celery,intake",
    )
    gateway, worker = places.Program(folder, "mail", *taking), places.Program(folder, "worker", *working)
    try:
        gateway.start()
        worker.start()
        gateway.wait_for_port()
        yield gateway, worker
    finally:
        gateway.stop()
        worker.stop()


def _prepare() -> None:
    from agents.models import Team
    from channels_inbox.models import Channel, Outlet

    team, _made = Team.objects.get_or_create(name="Care")
    facts = {"name": "Care", "team": team}
    channel, _made = Channel.objects.get_or_create(kind="email", address=CARE, defaults=facts)
    Outlet.objects.get_or_create(channel=channel, defaults={"acknowledges": True})


def _letter(number: int, mails: int) -> bytes:
    """Plain ones, HTML ones, and one in ten with a picture; of each sender about five."""
    words, sender = _words, number * 7919 % max(1, mails // 5)
    letter = EmailMessage()
    letter["From"] = f"Customer {sender} <customer{sender}@people{sender % 97}.example>"
    letter["To"], letter["Subject"] = CARE, words.subject()
    letter["Message-ID"] = f"<bench.{number}@people.example>"
    letter["Date"] = email.utils.localtime()
    for hop in range(4):
        letter[f"X-Relay-{hop}"] = (
            f"from relay{hop}.example by relay{hop + 1}.example with ESMTPS id {number}"
        )
    text = "\n\n".join(words.text() for _ in range(8))
    letter.set_content(text)
    if number % 2:
        letter.add_alternative(
            "<html><head><style>p{margin:0}</style></head><body>"
            + "".join(f'<p dir="auto" style="font-size:14px">{line}</p>' for line in text.split("\n") * 3)
            + "</body></html>",
            subtype="html",
        )
    if number % 10 == 0:
        letter.add_attachment(PICTURE + str(number).encode(), "image", "png", filename=f"photo {number}.png")
    return letter.as_bytes(policy=email.policy.SMTP)


def _short(number: int) -> bytes:
    """A line or two, of a sender who writes ten times."""
    sender = f"customer{number // 10}@people{number % 97}.example"
    head = f"From: {sender}\r\nTo: {CARE}\r\nSubject: {_words.subject()}\r\nMessage-ID: <short.{number}@people.example>"
    return f"{head}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{_words.text()}\r\n".encode()


_words = Words()


def _bare(letters: list[bytes]) -> float:
    began = time.process_time()
    for letter in letters:
        email.message_from_bytes(letter, policy=email.policy.default)
    return len(letters) / (time.process_time() - began)


def _take(port: int, letters: list[bytes]) -> None:
    """Send them over four connections, and wait until nothing is left to do."""
    from channels_inbox.models import Parcel, ParcelState
    from events.models import Receipt, ReceiptState

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda part: _send(port, part), [letters[start::4] for start in range(4)]))
    until = time.monotonic() + LONGEST_WAIT
    while (
        Parcel.objects.filter(state=ParcelState.WAITING).exists()
        or Receipt.objects.filter(state=ReceiptState.PENDING).exists()
    ):
        if time.monotonic() > until:
            raise RuntimeError("mail is still waiting")
        time.sleep(0.2)
    lost = Parcel.objects.exclude(state=ParcelState.DONE).count()
    if lost:
        raise RuntimeError(f"{lost} mails could not be read")


def _send(port: int, letters: list[bytes]) -> None:
    for start in range(0, len(letters), 500):
        with smtplib.SMTP(places.HOST, port, timeout=60) as client:
            for letter in letters[start : start + 500]:
                client.sendmail("relay@people.example", [CARE], letter)


def _processes(*programs: places.Program) -> list[int]:
    return [pid for program in programs for pid in (program.pid, *program.children())]


def _memory(*programs: places.Program) -> int:
    return sum(map(places.pss, _processes(*programs)))


def _seconds(*programs: places.Program) -> float:
    return sum(map(_seconds_of, _processes(*programs)))


def _database_seconds() -> float:
    """Of PostgreSQL's processes that run now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    above = int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])
    children = Path(f"/proc/{above}/task/{above}/children").read_text().split()
    return sum(_seconds_of(int(pid)) for pid in children)


def _seconds_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
