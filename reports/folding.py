"""Keeping figures true: what happened since the remembered position is folded in, a few seconds after it happened.

Nothing is added to the changes themselves. A ticket whose own number is no longer that of its figures is drawn anew,
so that reading an event twice, or an event that was committed late, costs nothing and spoils nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Min
from django.utils.timezone import now

from reports import cells
from reports.drawing import draw
from reports.models import Position, TicketFigures
from tickets.models import Ticket

AT_A_TIME = 5000
SETTLES = timedelta(seconds=10)
"""A mark waits so long at least: an id may have been given out to a statement that has no transaction's id yet."""
FRESH = timedelta(seconds=3)
"""What was folded so recently is good enough for a page."""
_LOCK = 20261122

_CHANGED = """
SELECT DISTINCT e.ticket_id FROM events_event e
JOIN tickets_ticket t ON t.id = e.ticket_id
LEFT JOIN reports_ticketfigures f ON f.ticket_id = e.ticket_id
WHERE e.id > %s AND f.sequence IS DISTINCT FROM t.sequence LIMIT %s
"""
_STREAM = """
SELECT coalesce(max(id), 0), pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
  pg_snapshot_xmax(pg_current_snapshot())::text::bigint FROM events_event
"""


@transaction.atomic
def fold() -> int:
    """Draw the tickets that changed, at most AT_A_TIME; gives back how many. 0 too while another process does it."""
    if not _locked("pg_try_advisory_xact_lock"):
        return 0
    position = Position.objects.get_or_create(pk=1)[0]
    newest, oldest_running, horizon = _row(_STREAM)
    ended = oldest_running >= position.horizon and now() - position.marked_at >= SETTLES
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, [position.settled, AT_A_TIME])
        ids = [pk for (pk,) in cursor.fetchall()]
    if ids:
        before = cells.given(ids)
        draw(ids)
        cells.change(before, cells.given(ids))
    if len(ids) < AT_A_TIME:
        position.folded_at = now()
        # Only now: what those transactions left had still to be read from the old position.
        if ended:
            position.settled, position.mark, position.horizon = position.mark, newest, horizon
            position.marked_at = now()
    position.save()
    return len(ids)


def catch_up() -> None:
    """Before a page is drawn: fold what is new, unless that was done a moment ago or somebody does it just now."""
    if not Position.objects.filter(pk=1, folded_at__gt=now() - FRESH).exists():
        fold()


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


def _row(sql: str) -> tuple:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()
