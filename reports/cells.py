"""Cells are kept with the figures that they count: what a ticket no longer gives is taken out of them, what it gives
since is put in. Only while the lock of `reports.folding` is held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from reports import histogram
from reports.measures import MEASURES, OVER_THE_DAY
from reports.models import Cut, Grain

CUTS = [
    (Cut.WHOLE, Grain.SLOT), (Cut.WHOLE, Grain.DAY), (Cut.WHOLE, Grain.MONTH),
    (Cut.TEAM, Grain.MONTH), (Cut.AGENT, Grain.MONTH),
]  # fmt: skip

_EACH = " UNION ALL ".join(
    f"SELECT '{name}' AS measure, {one.at} AS at, team_id, coalesce(agent_id, 0) AS agent_id, source, "  # noqa: S608
    f"{histogram.SQL % one.seconds if one.seconds else '0'} AS bucket "
    f"FROM {one.rows._meta.db_table} WHERE {one.sql} AND {{{one.at}}}"
    for name, one in MEASURES.items()
)
_OF_TICKETS = _EACH.format_map(dict.fromkeys(("created_at", "done_at", "at"), "ticket_id = ANY(%(ids)s)"))
_OF_TIME = _EACH.format_map(
    {column: f"{column} >= %(start)s AND {column} < %(end)s" for column in ("created_at", "done_at", "at")}
)
_BY_SLOT = """
SELECT measure, date_bin('15 minutes', at, 'epoch'), team_id, agent_id, source, bucket FROM ({}) AS each
"""
_ALL = f"SELECT *, 1 AS change FROM ({_OF_TIME}) AS one"  # noqa: S608 - put together from constants
_CHANGES = """
SELECT * FROM unnest(%s::text[], %s::timestamptz[], %s::bigint[], %s::bigint[], %s::text[], %s::int[],
  %s::int[]) AS each (measure, at, team_id, agent_id, source, bucket, change)
"""
_PUT = f"""
INSERT INTO reports_cell (cut, grain, measure, at, team_id, agent_id, source, bucket, many)
SELECT c.cut, c.grain, measure,
  CASE WHEN c.grain = '{Grain.SLOT.value}' THEN date_bin('15 minutes', at, 'epoch')
    ELSE date_trunc(c.grain, at, 'UTC') END,
  CASE WHEN c.cut = '{Cut.WHOLE.value}' THEN 0 ELSE team_id END,
  CASE WHEN c.cut = '{Cut.AGENT.value}' THEN agent_id ELSE 0 END,
  source,
  CASE WHEN c.grain = '{Grain.SLOT.value}' THEN 0 ELSE bucket END, sum(change)
FROM ({{}}) AS each
JOIN (VALUES {", ".join(f"('{cut.value}', '{grain.value}')" for cut, grain in CUTS)}) AS c (cut, grain)
  ON c.grain <> '{Grain.SLOT.value}' OR measure IN {OVER_THE_DAY}
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 HAVING sum(change) <> 0
ON CONFLICT (cut, grain, measure, at, team_id, agent_id, source, bucket)
DO UPDATE SET many = reports_cell.many + excluded.many
"""  # noqa: S608 - put together from constants


def given(ids: Sequence[int]) -> Counter[tuple]:
    """What these tickets' figures give to cells."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_SLOT.format(_OF_TICKETS), {"ids": list(ids)})
        return Counter(cursor.fetchall())


def change(before: Counter[tuple], after: Counter[tuple]) -> None:
    """Bring the cells from what was given before to what is given after."""
    after.subtract(before)
    changes = [(*one, many) for one, many in after.items() if many]
    if changes:
        columns: list[Any] = [list(column) for column in zip(*changes, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(_PUT.format(_CHANGES), columns)


def count(start: datetime, end: datetime) -> None:
    """Count the cells of whole months in UTC anew."""
    with connection.cursor() as cursor:
        span = {"start": start, "end": end}
        cursor.execute("DELETE FROM reports_cell WHERE at >= %(start)s AND at < %(end)s", span)
        cursor.execute(_PUT.format(_ALL), span)
