"""Keeping figures true: what happened since the remembered position is folded in, a few seconds after it happened.

Nothing is added to the changes themselves. A ticket whose own number is no longer that of its figures is drawn anew,
so that reading an event twice, or an event that was committed late, costs nothing and spoils nothing. The stream is
read in short parts: whoever looks at a page waits for a moment's work, however much there is to do.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from time import monotonic

from django.db import connection, transaction
from django.db.models import Min
from django.utils.timezone import now

from reports import cells
from reports.drawing import draw
from reports.models import Position, TicketFigures
from tickets.models import Ticket

AT_A_TIME = 5000
PART, PART_FOR_A_PAGE = 2000, 200
"""Events."""
SETTLES = timedelta(seconds=10)
"""A mark waits so long at least: an id may have been given out to a statement that has no transaction's id yet."""
FRESH = timedelta(seconds=3)
"""What was folded so recently is good enough for a page."""
_LOCK = 20261122

# First the part, then its tickets one by one: of many events at once the planner would rather read all tickets.
_CHANGED = """
WITH part AS MATERIALIZED (
  SELECT id, ticket_id FROM events_event WHERE id > %s AND id <= %s ORDER BY id LIMIT %s
)
SELECT max(id), count(*), ARRAY(
  SELECT t.id FROM (SELECT DISTINCT ticket_id FROM part) AS p
  CROSS JOIN LATERAL (SELECT id, sequence FROM tickets_ticket WHERE id = p.ticket_id OFFSET 0) AS t
  LEFT JOIN LATERAL (SELECT sequence FROM reports_ticketfigures WHERE ticket_id = t.id OFFSET 0) AS f ON true
  WHERE f.sequence IS DISTINCT FROM t.sequence
) FROM part
"""
_STREAM = """
SELECT coalesce(max(id), 0), pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
  pg_snapshot_xmax(pg_current_snapshot())::text::bigint FROM events_event
"""


def fold(seconds: float = math.inf) -> int:
    """Draw the tickets that changed since what is settled, part after part for so long at most; gives back how many.
    The next turn goes on. 0 too while another process does it."""
    began, drawn, after = monotonic(), 0, None
    while True:
        many, after = _fold_part(after, PART)
        drawn += many
        if after is None or monotonic() - began >= seconds:
            return drawn


def catch_up() -> None:
    """Before a page is drawn: fold what nobody has read yet, as far as a short part goes, unless that was done a moment
    ago or somebody does it just now. What was committed late waits for the next turn of `fold`."""
    position = Position.objects.filter(pk=1).first() or Position()
    if position.folded_at is None or position.folded_at <= now() - FRESH:
        _fold_part(max(position.read, position.settled), PART_FOR_A_PAGE)


@transaction.atomic
def _fold_part(after: int | None, events: int) -> tuple[int, int | None]:
    """The next so many events after that id, None: after what is settled. Gives back how many tickets were drawn, and
    up to which id all is; None at the end, and while another process does it."""
    if not _locked("pg_try_advisory_xact_lock"):
        return 0, None
    position = Position.objects.get_or_create(pk=1)[0]
    after = position.settled if after is None else after
    newest, oldest_running, horizon = _row(_STREAM)
    ended = oldest_running >= position.horizon and now() - position.marked_at >= SETTLES
    last, many, ids = _row(_CHANGED, after, newest, events)
    reached = newest if many < events else last
    if ids:
        before = cells.given(ids)
        draw(ids)
        cells.change(before, cells.given(ids))
    # Only now: what those transactions left had still to be read.
    if ended and after <= position.settled:
        position.settled = max(position.settled, min(reached, position.mark))
        if position.settled == position.mark:
            position.mark, position.horizon, position.marked_at = newest, horizon, now()
    position.read = max(position.read, reached) if after <= position.read else position.read
    if reached == newest:
        position.folded_at = now()
    position.save()
    return len(ids), None if reached == newest else reached


def rebuild() -> Iterator[int]:
    """Draw every ticket anew, a part at a time while the desk goes on, then count the cells of month after month;
    gives back how many tickets were drawn after each part."""
    last, done = 0, 0
    while ids := list(
        Ticket.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_A_TIME]
    ):
        with transaction.atomic():
            _locked("pg_advisory_xact_lock")
            draw(ids)
        last, done = ids[-1], done + len(ids)
        yield done
    recount()


def recount() -> None:
    """Count all cells anew, a month at a time."""
    first = TicketFigures.objects.aggregate(first=Min("created_at"))["first"] or now()
    month = first.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    span = (datetime.min.replace(tzinfo=UTC), month)
    while True:
        with transaction.atomic():
            _locked("pg_advisory_xact_lock")
            cells.count(*span)
        if month > now():
            return
        month = (month + timedelta(days=32)).replace(day=1)
        span = (span[1], month)


def _locked(function: str) -> bool:
    """One process draws at a time: of two, the one that read first could write last."""
    return _row(f"SELECT {function}({_LOCK})")[0] is not False


def _row(sql: str, *values: int) -> tuple:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()
