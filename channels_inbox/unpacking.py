"""From the bytes that came to messages on tickets: each parcel once, retried, and set aside when it stays unreadable."""

import structlog
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from structlog.contextvars import bound_contextvars

from channels_inbox import answering, archiving
from channels_inbox.adapters import adapter_of
from channels_inbox.adapters.contract import (
    Choice,
    Held,
    Incoming,
    NotNow,
    NotYet,
    Refused,
    Unreadable,
    Unwanted,
)
from channels_inbox.choosing import choose
from channels_inbox.intake import receive
from channels_inbox.models import MOST_ATTEMPTS, Channel, Parcel
from channels_inbox.screening import screen
from events.prepared import Prepared
from events.queue import enqueue_once
from tickets.models import Message

log = structlog.get_logger(__name__)


A_FEW = 5
"""Mails that a worker has in hand at once."""


def unpack(parcel_id: int) -> None:
    """Turn the parcel into messages; nothing when another has it or had it."""
    if Parcel.claim(parcel_id):
        _unpack(parcel_id)


def unpack_some() -> None:
    """Turn a few mails that nobody has tried yet into messages: a word, a task and a claim for each alone would take a
    sixth of its work. Where there may be more, that is asked for anew: another worker helps, and who waits for something
    else has his turn. What failed comes again by itself, alone."""
    from channels_inbox.tasks import unpack_some as task

    claimed = Parcel.claim_new(A_FEW)
    if len(claimed) >= A_FEW:
        enqueue_once(task)
    for parcel_id in claimed:
        try:
            _unpack(parcel_id)
        except Exception:
            log.exception("parcel_left", parcel=parcel_id)


def _unpack(parcel_id: int) -> None:
    # What it sets off, in this task and in others, is found in the log by the parcel's number.
    with bound_contextvars(request_id=f"parcel-{parcel_id}"):
        _unpack_logged(parcel_id)


def _unpack_logged(parcel_id: int) -> None:
    try:
        try:
            _take_in(parcel_id)
        except IntegrityError:
            # Another copy of it came in at the same moment: it is found now.
            _take_in(parcel_id)
    except Unwanted as unwanted:
        Parcel(pk=parcel_id).drop()
        if unwanted.then:
            unwanted.then()
    except NotYet:
        Parcel(pk=parcel_id).give_way()
    except Refused as refused:
        answering.refuse(Parcel(pk=parcel_id), refused)
    except Held as held:
        Parcel(pk=parcel_id).hold(held.why, held.detail)
    except NotNow as error:
        Parcel.objects.defer("raw").get(pk=parcel_id).wait(error)
    except Exception as error:
        log.warning("parcel_failed", parcel=parcel_id, error_type=type(error).__name__)
        Parcel.objects.get(pk=parcel_id).postpone(error, for_good=isinstance(error, Unreadable | LookupError))


@transaction.atomic
def _take_in(parcel_id: int) -> None:
    """Messages, and that the parcel is done, in one transaction."""
    parcel = _free.first(parcel_id)
    if parcel is None:
        return
    if parcel.attempts > MOST_ATTEMPTS:
        raise Unreadable("Every try ended its worker.")
    if parcel.is_forgotten:
        parcel.drop()
        return
    incoming = adapter_of(parcel.kind).open(parcel)
    screen(parcel, incoming)
    channel = _channel_of(parcel)
    taken = [_receive(channel, parcel, one) for one in incoming]
    parcel.finish([message for message in taken if message])


@Prepared
def _free(parcel_id: int) -> QuerySet[Parcel]:
    free = Parcel.objects.waiting().select_for_update(skip_locked=True, of=("self",))
    return free.select_related("channel__team", "channel__outlet").filter(pk=parcel_id)


def _receive(channel: Channel, parcel: Parcel, incoming: Incoming | Choice) -> Message | None:
    if isinstance(incoming, Choice):
        return choose(channel, incoming)
    if "archive" in parcel.meta:
        return archiving.keep(channel, incoming, parcel.received_at)
    return receive(channel, incoming)


def _channel_of(parcel: Parcel) -> Channel:
    """The channel it came by, or, since that was removed, another of its kind."""
    channel = parcel.channel or Channel.objects.active().filter(kind=parcel.kind).order_by("pk").first()
    if channel is None:
        raise LookupError("There is no channel for it any more.")
    return channel
