"""The mails of a soak: each says its number, some come twice, some have no Message-ID, some can never be a message."""

import base64
import random
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import format_datetime

from django.utils.timezone import now

from tests.channels_inbox.conftest import CARE
from tests.servers.clamd import VIRUS

BLOCKED = "blocked.example"
TO_ONE_TICKET = 0.1
LETTERS_OF_A_SENDER = 4
_WORDS = "the lid of my kettle arrived cracked please send another وصل الغطاء مكسورا لطفا یک درپوش دیگر بفرستید".split()


@dataclass(frozen=True, slots=True)
class Letter:
    """`number` is the same in each copy, and -1 of what can never be a message. `sender` is the SMTP envelope's."""

    number: int
    sender: str
    raw: bytes
    files: tuple[bytes, ...] = ()
    answers: bool = False
    """Whether it belongs to a ticket that was there before."""

    @property
    def fits(self) -> bool:
        return self.number >= 0


@dataclass(frozen=True, slots=True)
class Plan:
    """How many mails of which kind; `all` counts each copy."""

    all: int
    without_id: int
    repeated: int
    unfit: int


def write(plan: Plan, chance: random.Random, ids: Sequence[str]) -> list[Letter]:
    """All letters, in the order in which they come. `ids` are Message-IDs of ours, which some of them answer."""
    count = plan.all - plan.repeated - plan.unfit
    nameless = set(chance.sample(range(count), plan.without_id))
    senders = max(1, count // LETTERS_OF_A_SENDER)
    fits = [_letter(number, number in nameless, senders, chance, ids) for number in range(count)]
    copies = [_on_another_way(letter) for letter in chance.sample(fits, plan.repeated)]
    letters = [*fits, *copies, *(_unfit(number, chance) for number in range(plan.unfit))]
    chance.shuffle(letters)
    return letters


def _letter(number: int, nameless: bool, senders: int, chance: random.Random, ids: Sequence[str]) -> Letter:
    sender = f"customer{chance.randrange(senders)}@customer.example"
    answers = chance.random() < TO_ONE_TICKET
    files = tuple(_file(number, chance) for _file_of_it in range(chance.choice((0, 0, 0, 1, 2))))
    head = [
        f"From: Dora <{sender}>",
        f"To: {CARE}",
        f"Subject: Letter {number}",
        f"Date: {format_datetime(now())}",
        "MIME-Version: 1.0",
    ]
    if not nameless:
        head.append(f"Message-ID: <letter.{number}.{chance.getrandbits(64):x}@customer.example>")
    if answers:
        head.append(f"In-Reply-To: <{chance.choice(ids)}>")
    text = f"Letter number {number}.\r\n\r\n{' '.join(chance.choices(_WORDS, k=chance.randrange(10, 200)))}"
    html = f"<p>{text}</p>" if chance.random() < 0.5 else ""
    return Letter(number, sender, _mail(head, text, html, files), files, answers)


def _mail(head: list[str], text: str, html: str, files: tuple[bytes, ...]) -> bytes:
    parts = [
        f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{_lines(text)}"
    ]
    if html:
        parts.append(
            f"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{_lines(html)}"
        )
    body = _multipart("alternative", parts) if html else parts[0]
    if files:
        attached = "Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=file{0}.bin\r\n"
        coded = [
            f"{attached.format(place)}Content-Transfer-Encoding: base64\r\n\r\n{_lines(data)}"
            for place, data in enumerate(files)
        ]
        body = _multipart("mixed", [body, *coded])
    return "\r\n".join([*head, body, ""]).encode()


def _multipart(kind: str, parts: list[str]) -> str:
    line = f"--boundary-{kind}"
    inside = "".join(f"{line}\r\n{part}\r\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{line[2:]}"\r\n\r\n{inside}{line}--\r\n'


def _lines(content: str | bytes) -> str:
    data = content.encode() if isinstance(content, str) else content
    return base64.encodebytes(data).decode().replace("\n", "\r\n").rstrip()


def _file(number: int, chance: random.Random) -> bytes:
    """One of five that many letters carry, or one of its own."""
    if chance.random() < 0.5:
        return random.Random(chance.randrange(5)).randbytes(10_000)
    return random.Random(-number - 1).randbytes(chance.randrange(1, 30_000))


def _on_another_way(letter: Letter) -> Letter:
    """The same mail once more, with other traces of who delivered it."""
    traces = f"Return-Path: <{letter.sender}>\r\nDelivered-To: {CARE}\r\nReceived: from mx.customer.example by relay.example"
    raw = f"{traces} with ESMTPS; {format_datetime(now())}\r\n".encode() + letter.raw
    return Letter(letter.number, letter.sender, raw, letter.files, letter.answers)


def _unfit(number: int, chance: random.Random) -> Letter:
    """What names no sender, comes from a blocked one, or carries what the virus scanner finds."""
    head = (
        f"To: {CARE}\r\nSubject: Unfit {number}\r\nMessage-ID: <unfit.{number}@nowhere.example>\r\n".encode()
    )
    noise = b"\r\n".join(
        bytes(chance.choices([*range(1, 10), *range(14, 256)], k=60))
        for _line in range(chance.randrange(1, 40))
    )
    shapes = [
        ("", noise + b"\r\n"),
        ("", head + b"\r\n" + noise + b"\r\n"),
        ("", head + b"From: nobody at all\r\n\r\nWho wrote this?\r\n"),
        ("", head[: chance.randrange(10, 40)].rstrip() + b"\r\n"),
        (
            f"eve{number}@{BLOCKED}",
            f"From: Eve <eve{number}@{BLOCKED}>\r\n".encode() + head + b"\r\nBuy now.\r\n",
        ),
        ("eve@evil.example", b"From: Eve <eve@evil.example>\r\n" + head + b"\r\n" + VIRUS + b"\r\n"),
    ]
    sender, raw = shapes[number % len(shapes)]
    return Letter(-1, sender, raw + f"{number}\r\n".encode())
