"""What two years leave behind for boards: promises kept and broken, who had which ticket, what customers thought of it.
Written by the database itself, out of the tickets that are loaded."""

from __future__ import annotations

from django.db import connection, transaction

from automation.models import Clock, Policy
from csat.models import Survey
from helpdesk.bench.copying import unindexed

_CLOCKS = """
INSERT INTO automation_clock (ticket_id, kind, number, policy_id, target, spans, started_at, stopped_at, due_at,
  breached_at, steps_done, is_stale)
SELECT t.id, p.kind, 1, %(policy)s, p.target, json_build_array(json_build_array(t.created_at, p.stopped_at))::jsonb,
  t.created_at, p.stopped_at, p.due_at, CASE WHEN p.due_at < coalesce(p.stopped_at, now()) THEN p.due_at END, 0, false
FROM tickets_ticket t
CROSS JOIN LATERAL (
  VALUES ('first_reply', 72000, t.created_at + interval '20 hours', t.created_at + (t.activity_at - t.created_at) / 3),
    ('resolution', 252000, t.created_at + interval '70 hours', coalesce(t.solved_at, t.closed_at))
) AS p (kind, target, due_at, stopped_at)
WHERE NOT EXISTS (SELECT FROM automation_clock c WHERE c.ticket_id = t.id)
"""
"""Of answers one in six is late, of solutions one in thirty-six."""
_HANDED = """
INSERT INTO events_event (kind, subject_kind, subject_id, actor_kind, ticket_id, number, payload, request_id, at)
SELECT 'ticket.assigned', 'ticket', id, 'system', id, 0, json_build_object('was', NULL, 'now', assignee_id), '',
  created_at
FROM tickets_ticket WHERE assignee_id IS NOT NULL
"""
_DUE = """
UPDATE tickets_ticket SET due_at = now() + make_interval(mins => mod(id, 10000)::int - 500), due_for = 'resolution'
WHERE pile = 'active'
"""
_RATINGS = """
INSERT INTO csat_survey (ticket_id, agent_id, team_id, token, asked_at, answered_at, score, comment)
SELECT id, assignee_id, team_id, md5(id::text), done_at, CASE WHEN answered THEN done_at + interval '1 hour' END,
  CASE WHEN answered THEN 1 + mod(id / 6, 5) END, CASE WHEN mod(id, 30) = 0 THEN 'They were quick and kind.' ELSE '' END
FROM (
  SELECT *, coalesce(solved_at, closed_at) AS done_at, mod(id, 6) = 0 AS answered FROM tickets_ticket
  WHERE mod(id, 2) = 0 AND status IN ('solved', 'closed')
    AND NOT EXISTS (SELECT FROM csat_survey s WHERE s.ticket_id = tickets_ticket.id)
) AS done
"""


def leave() -> None:
    """For every ticket that has none two promises, for every second that is done a question."""
    policy = Policy.objects.order_by("position").values_list("pk", flat=True).first()
    with transaction.atomic(), unindexed(Clock, Survey), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute(_CLOCKS, {"policy": policy})
        cursor.execute(_HANDED)
        cursor.execute(_DUE)
        cursor.execute(_RATINGS)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) automation_clock, events_event, tickets_ticket, csat_survey")
