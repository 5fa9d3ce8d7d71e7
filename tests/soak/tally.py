"""What became of each mail, by what was sent and what is there, whatever the product itself believes of it."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from hashlib import sha256
from imaplib import IMAP4

from channels_inbox import signing
from channels_inbox.caps import MOST_ACKNOWLEDGEMENTS
from channels_inbox.models import Envelope, EnvelopeState, Mailbox, Parcel, ParcelState
from events.models import Receipt, ReceiptState
from tests.soak.letters import Letter
from tickets.models import Attachment, Message, MessageKind, Ticket

_NUMBER = re.compile(r"Letter (?:number )?(\d+)")
_ID = re.compile(rb"^Message-ID:\s*<([^>]+)>", re.MULTILINE | re.IGNORECASE)


def digest(raw: bytes | memoryview) -> str:
    return sha256(raw).hexdigest()


def taken() -> int:
    """How many mails are messages or in quarantine."""
    return Envelope.objects.incoming().count() + Parcel.objects.filter(state=ParcelState.QUARANTINED).count()


def unfinished() -> int:
    """How much is still to be done, or was given up."""
    undone = (
        Parcel.objects.filter(state=ParcelState.WAITING),
        Receipt.objects.exclude(state=ReceiptState.DONE),
        Envelope.objects.exclude(state=EnvelopeState.DONE),
    )
    return sum(rows.count() for rows in undone)


def is_collected(mailbox: Mailbox, imap: IMAP4) -> bool:
    """Whether the mailbox has been read to its end, as it is numbered now."""
    imap.select("INBOX", readonly=True)
    validity, following = (int(imap.response(name)[1][0]) for name in ("UIDVALIDITY", "UIDNEXT"))
    mailbox.refresh_from_db()
    return (mailbox.uid_validity, mailbox.last_uid, mailbox.failing) == (validity, following - 1, {})


class Tally:
    """`left` is what left meanwhile: recipients and bytes of each mail."""

    def __init__(self, letters: Sequence[Letter], left: Sequence[tuple[list[str], bytes]]) -> None:
        self.mails = len(letters)
        self.fit = {letter.number: letter for letter in letters if letter.fits}
        self.unfit = Counter(digest(letter.raw) for letter in letters if not letter.fits)
        self.messages = _numbers(
            Message.objects.filter(kind=MessageKind.CUSTOMER).values_list("text", flat=True)
        )
        self.tickets = _numbers(Ticket.objects.values_list("subject", flat=True))
        quarantined = Parcel.objects.filter(state=ParcelState.QUARANTINED).values_list("raw", flat=True)
        self.quarantined = Counter(map(digest, quarantined))
        self.unfinished = unfinished()
        # By its id a confirmation is one, however often it left: a worker may die before it has noted that.
        confirmations = {_ID.search(raw)[1].decode(): to[0] for to, raw in left}
        self.confirmed = Counter(confirmations.values())
        self.confirmed_tickets = Counter(ticket for ticket, _message in map(_ours, confirmations))
        self.confirmed_again = len(left) - len(confirmations)

    @cached_property
    def lost(self) -> list[int]:
        return sorted(self.fit.keys() - self.messages.keys())

    @cached_property
    def doubled(self) -> list[int]:
        """More than one message, or more than one ticket opened."""
        return sorted(number for number, count in (self.messages | self.tickets).items() if count > 1)

    @cached_property
    def astray(self) -> list[int]:
        """On a ticket of its own though it answers another, or the other way round."""
        opening = {number for number, letter in self.fit.items() if not letter.answers}
        return sorted(self.tickets.keys() ^ opening)

    @cached_property
    def maimed(self) -> list[int]:
        """Whose files are not there as they came."""
        there = defaultdict(Counter)
        carried = Attachment.objects.filter(message__kind=MessageKind.CUSTOMER).select_related(
            "blob", "message"
        )
        for attachment in carried:
            with attachment.blob.open() as file:
                there[int(_NUMBER.match(attachment.message.text)[1])][digest(file.read())] += 1
        return sorted(
            number
            for number, letter in self.fit.items()
            if there[number] != Counter(map(digest, letter.files))
        )

    @cached_property
    def misplaced(self) -> int:
        """In quarantine without being one of the unfit, byte for byte; or unfit and not there."""
        return ((self.quarantined - self.unfit) + (self.unfit - self.quarantined)).total()

    @cached_property
    def acknowledged_otherwise(self) -> dict[str, int]:
        """Who got another number of confirmations than one for each of his requests and three an hour, and how many."""
        due = Counter(self.fit[number].sender for number in self.tickets)
        capped = Counter({sender: min(count, MOST_ACKNOWLEDGEMENTS) for sender, count in due.items()})
        return {
            sender: self.confirmed[sender]
            for sender in due | self.confirmed
            if self.confirmed[sender] != capped[sender]
        }

    def __str__(self) -> str:
        return (
            f"{self.mails} mails: {self.messages.total()} messages on {Ticket.objects.count()} tickets, "
            f"{len(self.lost)} lost, {len(self.doubled)} doubled, {len(self.astray)} astray, {len(self.maimed)} maimed; "
            f"{self.quarantined.total()} in quarantine, {self.misplaced} of them not byte for byte; "
            f"{self.confirmed.total()} confirmed, {len(self.acknowledged_otherwise)} customers too often or too seldom, "
            f"{self.confirmed_again} confirmations left twice"
        )


def _numbers(texts: Iterable[str]) -> Counter[int]:
    return Counter(int(found[1]) for text in texts if (found := _NUMBER.match(text)))


def _ours(message_id: str) -> tuple[int, int]:
    found = signing.message_of_ids([message_id])
    assert found is not None, message_id
    return found
