"""How many tickets lie in each view that shows a number: all of them in one query, each counted up to 1,000.

An agent's teams are one array in one branch for each view; the few tickets that he sees beyond them (assigned,
followed) are found once. So planning costs the same for two teams as for fifty.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from agents.models import Agent

MOST = 1000


@dataclass(frozen=True)
class Count:
    """How many, counted up to 1,000; `capped` when there are more."""

    value: int
    capped: bool


_ACTIVE = "pile = 'active'"
_COMPLAINS = "complaint <> '' AND complaint_settled_at IS NULL AND pile IN ('active', 'snoozed')"
_VIEWS = {"unassigned": f"{_ACTIVE} AND assignee_id IS NULL", "open": _ACTIVE, "snoozed": "pile = 'snoozed'"}

# The channels that have active tickets, in the alphabet's order: one index step for each.
_SOURCES = """RECURSIVE sources AS (
  (SELECT source FROM tickets_ticket WHERE pile = 'active' ORDER BY source LIMIT 1)
  UNION ALL
  SELECT (SELECT t.source FROM tickets_ticket t WHERE t.pile = 'active' AND t.source > sources.source
          ORDER BY t.source LIMIT 1)
  FROM sources WHERE sources.source IS NOT NULL)"""

_BEYOND = """beyond AS MATERIALIZED (
  SELECT id, pile, assignee_id, source, complaint, complaint_settled_at FROM tickets_ticket
  WHERE assignee_id = %(agent)s AND pile IN ('active', 'snoozed') AND team_id <> ALL(%(teams)s)
  UNION
  SELECT id, pile, assignee_id, source, complaint, complaint_settled_at FROM tickets_ticket
  WHERE id IN (SELECT ticket_id FROM tickets_following WHERE agent_id = %(agent)s)
    AND pile IN ('active', 'snoozed') AND team_id <> ALL(%(teams)s))"""


def counts(agent: Agent) -> dict[str, Count]:
    """By view name, and by `source:<slug>` for every channel that has active tickets of anyone."""
    if not agent.is_active:
        return {}
    everything = agent.sees_everything
    sql = _EVERYTHING if everything else _OF_A_LEAD if agent.is_lead else _RIGHTS
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            {"agent": agent.pk, "teams": [] if everything else agent.team_ids()},
        )
        return {name: Count(min(number, MOST), number > MOST) for name, number in cursor.fetchall()}


def _counting(everything: bool, leads: bool) -> str:
    def number(where: str) -> str:
        right = "" if everything else "team_id = ANY(%(teams)s) AND "
        sql = f"(SELECT count(*) FROM (SELECT 1 FROM tickets_ticket WHERE {right}{where} LIMIT {MOST + 1}) n)"
        return sql if everything else f"{sql} + (SELECT count(*) FROM beyond WHERE {where})"

    mine = f"assignee_id = %(agent)s AND {_ACTIVE}"
    parts = [
        f"SELECT 'mine', (SELECT count(*) FROM (SELECT 1 FROM tickets_ticket WHERE {mine} LIMIT {MOST + 1}) n)"
    ]
    parts += [f"SELECT '{name}', {number(where)}" for name, where in _VIEWS.items()]
    if leads:
        parts.append(f"SELECT 'complaints', {number(_COMPLAINS)}")
    by_source = number(f"{_ACTIVE} AND source = sources.source")
    parts.append(f"SELECT 'source:' || source, {by_source} FROM sources WHERE source IS NOT NULL")
    tables = _SOURCES if everything else f"{_SOURCES}, {_BEYOND}"
    return f"WITH {tables} {' UNION ALL '.join(parts)}"


_EVERYTHING, _OF_A_LEAD, _RIGHTS = _counting(True, True), _counting(False, True), _counting(False, False)
