"""The figures of tickets, drawn anew from what the desk itself keeps: the one place that says what is counted.

A reply is counted at the moment it left, not when it was written; one that was withdrawn is not counted. A wait begins
with the customer's first message since the last reply, and machines' mail begins none. Spam does not count, nor does
what was over before it came here. A promise counts whoever's ticket it was of, also of spam.

Business time is what of a duration lies in the hours of the ticket's team, else of the company, as they are when the
figures are drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from agents.hours import between
from automation.models import Promise
from automation.sla.book import Book
from automation.sla.keeping import book
from reports.models import Answer, Outcome, Tagging

DRAWN = (Answer, Outcome, Tagging)
"""Beside the figures of the ticket itself: several rows for a ticket, or none."""

_SAID = """
WITH said AS (
  SELECT m.ticket_id, m.agent_id, m.kind = 'reply' AS reply, coalesce(e.number, m.number) AS number,
    coalesce(e.at, m.created_at) AS at
  FROM tickets_message m
  LEFT JOIN events_event e ON e.ticket_id = m.ticket_id AND e.kind = 'reply.written' AND m.kind = 'reply'
    AND (e.payload->>'message')::bigint = m.id
  WHERE m.ticket_id = ANY(%(ids)s) AND (
    (m.kind = 'customer' AND NOT m.automatic) OR (m.kind = 'reply' AND m.delivery NOT IN ('held', 'withdrawn')))
)"""

_ANSWERS = f"""{_SAID}, turns AS (
  SELECT *, count(*) FILTER (WHERE reply)
    OVER (PARTITION BY ticket_id ORDER BY number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS turn
  FROM said
), answers AS (
  SELECT ticket_id, coalesce(turn, 0) AS turn, max(agent_id) FILTER (WHERE reply) AS agent_id,
    max(at) FILTER (WHERE reply) AS at, min(at) FILTER (WHERE NOT reply) AS asked_at
  FROM turns GROUP BY 1, 2
)
SELECT a.ticket_id, row_number() OVER (PARTITION BY a.ticket_id ORDER BY a.turn) - 1, t.team_id, a.agent_id, t.source,
  a.at, a.asked_at
FROM answers a JOIN tickets_ticket t ON t.id = a.ticket_id
WHERE a.at IS NOT NULL AND a.asked_at IS NOT NULL AND t.spam_at IS NULL
"""  # noqa: S608 - put together from constants

_PUT_ANSWERS = """
INSERT INTO reports_answer (ticket_id, place, team_id, agent_id, source, at, seconds, work_seconds)
SELECT * FROM unnest(%s::bigint[], %s::int[], %s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[], %s::bigint[],
  %s::bigint[])
"""

_ENDED_AT = "CASE WHEN status IN ('solved', 'closed') THEN coalesce(solved_at, closed_at) END"
_ENDED = f"""
SELECT * FROM (SELECT id, team_id, created_at, {_ENDED_AT} AS at FROM tickets_ticket WHERE id = ANY(%(ids)s)) t
WHERE at IS NOT NULL
"""  # noqa: S608 - put together from constants

_FIGURES = f"""
INSERT INTO reports_ticketfigures AS f (ticket_id, sequence, counts, team_id, agent_id, source, created_at,
  waiting_since, first_reply_at, first_reply_seconds, first_reply_work_seconds, done_at, done_seconds,
  done_work_seconds, replies, reopened, rating, complained_at)
SELECT t.id, t.sequence, t.spam_at IS NULL AND NOT (t.status = 'closed' AND t.closed_at = t.created_at), t.team_id,
  t.assignee_id, t.source, t.created_at, CASE WHEN t.pile = 'active' THEN t.waiting_since END, a.at, a.seconds,
  a.work_seconds, t.ended_at,
  CASE WHEN t.ended_at IS NOT NULL THEN greatest(0, floor(extract(epoch FROM t.ended_at - t.created_at))) END::bigint,
  w.seconds, coalesce(r.many, 0), t.reopened_count, t.rating,
  CASE WHEN t.complaint <> '' THEN (SELECT min(at) FROM events_event WHERE ticket_id = t.id AND kind = 'ticket.complained')
  END
FROM (
  SELECT *, {_ENDED_AT} AS ended_at FROM tickets_ticket WHERE id = ANY(%(ids)s)
) t
LEFT JOIN unnest(%(done)s::bigint[], %(worked)s::bigint[]) AS w (id, seconds) ON w.id = t.id
LEFT JOIN reports_answer a ON a.ticket_id = t.id AND a.place = 0
LEFT JOIN (
  SELECT ticket_id, count(*) AS many FROM tickets_message
  WHERE ticket_id = ANY(%(ids)s) AND kind = 'reply' AND delivery NOT IN ('held', 'withdrawn') GROUP BY 1
) r ON r.ticket_id = t.id
ON CONFLICT (ticket_id) DO UPDATE SET sequence = excluded.sequence, counts = excluded.counts,
  team_id = excluded.team_id, agent_id = excluded.agent_id, source = excluded.source, created_at = excluded.created_at,
  waiting_since = excluded.waiting_since, first_reply_at = excluded.first_reply_at,
  first_reply_seconds = excluded.first_reply_seconds,
  first_reply_work_seconds = excluded.first_reply_work_seconds, done_at = excluded.done_at,
  done_seconds = excluded.done_seconds, done_work_seconds = excluded.done_work_seconds, replies = excluded.replies,
  reopened = excluded.reopened, rating = excluded.rating, complained_at = excluded.complained_at
"""  # noqa: S608 - put together from constants

_REASON = """
CASE WHEN c.breached_at IS NULL THEN ''
  WHEN NOT EXISTS (SELECT 1 FROM events_event e WHERE e.ticket_id = c.ticket_id AND e.kind = 'ticket.assigned'
    AND e.at <= c.breached_at AND e.payload->>'now' IS NOT NULL) THEN 'nobody'
  WHEN EXISTS (SELECT 1 FROM events_event e WHERE e.ticket_id = c.ticket_id AND e.at <= c.breached_at
    AND (e.kind = 'ticket.team_changed' OR (e.kind = 'ticket.assigned' AND e.payload->>'was' IS NOT NULL))) THEN 'moved'
  ELSE 'waited' END
"""

_OUTCOMES = f"""
INSERT INTO reports_outcome (ticket_id, promise, number, policy_id, team_id, agent_id, source, at, reason)
SELECT c.ticket_id, c.kind, c.number, c.policy_id, t.team_id, t.assignee_id, t.source,
  coalesce(c.breached_at, c.stopped_at), {_REASON}
FROM automation_clock c JOIN tickets_ticket t ON t.id = c.ticket_id
WHERE c.ticket_id = ANY(%(ids)s) AND c.kind = ANY(%(promises)s)
  AND (c.breached_at IS NOT NULL OR (c.stopped_at IS NOT NULL AND c.target IS NOT NULL))
"""  # noqa: S608 - put together from constants

_TAGGINGS = """
INSERT INTO reports_tagging (ticket_id, tag_id, team_id, agent_id, source, created_at, is_reopened, is_complaint, rating)
SELECT f.ticket_id, g.tag_id, f.team_id, f.agent_id, f.source, f.created_at, f.reopened > 0,
  f.complained_at IS NOT NULL, f.rating
FROM reports_ticketfigures f JOIN tickets_ticket_tags g ON g.ticket_id = f.ticket_id
WHERE f.ticket_id = ANY(%(ids)s) AND f.counts
"""


def draw(ids: Sequence[int]) -> None:
    """Draw the figures of these tickets anew; whoever calls holds the lock of `reports.folding`."""
    works = book()
    with connection.cursor() as cursor:
        for table in DRAWN:
            cursor.execute(f"DELETE FROM {table._meta.db_table} WHERE ticket_id = ANY(%s)", [list(ids)])  # noqa: S608
        cursor.execute(_ANSWERS, {"ids": list(ids)})
        rows = [
            (*who, at, _seconds(at - asked_at), _worked(works, who[2], asked_at, at))
            for *who, at, asked_at in cursor.fetchall()
        ]
        cursor.execute(_PUT_ANSWERS, _columns(rows, 8))
        cursor.execute(_ENDED, {"ids": list(ids)})
        ended = [(pk, _worked(works, team, begun, at)) for pk, team, begun, at in cursor.fetchall()]
        done, worked = _columns(ended, 2)
        cursor.execute(_FIGURES, {"ids": list(ids), "done": done, "worked": worked})
        for sql in (_OUTCOMES, _TAGGINGS):
            cursor.execute(sql, {"ids": list(ids), "promises": list(Promise)})


def _seconds(time: timedelta) -> int:
    return max(0, time // timedelta(seconds=1))


def _worked(works: Book, team: int, start: datetime, end: datetime) -> int:
    """Whole seconds of business time."""
    return int(between(works.hours_of(None, team), start, end))


def _columns(rows: list[tuple], many: int) -> list[list[Any]]:
    return [[row[place] for row in rows] for place in range(many)]
