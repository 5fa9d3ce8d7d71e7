"""What a row of a list shows, read by one query for any number of rows: plain facts, no model instances.

Fifty tickets with their customers and assignees as instances would cost more than all else on the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection


class Listed(NamedTuple):
    """A ticket in a list. `assignee` and `tags` are names, the tags in the alphabet's order; `inside` says whether
    it lies in the view that was asked about."""

    pk: int
    subject: str
    preview: str
    source: str
    status: str
    priority: int
    activity_at: datetime
    unread: bool
    last_by_customer: bool
    customer_id: int
    customer_name: str
    customer_address: str
    tier: str
    assignee_id: int | None
    assignee: str
    assignee_picture: str
    tags: list[str]
    rating: int | None
    due_at: datetime | None
    due_for: str
    complains: bool
    inside: bool


_LISTED = """
SELECT t.id, t.subject, t.preview, t.source, t.status, t.priority, t.activity_at, t.unread, t.last_by_customer,
  c.id, c.name,
  CASE WHEN c.name = '' THEN COALESCE(
    (SELECT i.value FROM customers_identity i WHERE i.customer_id = c.id ORDER BY i.id LIMIT 1), '') ELSE '' END,
  c.tier, a.id, COALESCE(NULLIF(a.name, ''), a.email, ''), COALESCE(a.picture, ''),
  ARRAY(SELECT g.name FROM tickets_ticket_tags tg JOIN tickets_tag g ON g.id = tg.tag_id
        WHERE tg.ticket_id = t.id ORDER BY g.key),
  t.rating, t.due_at, t.due_for,
  t.complaint <> '' AND t.complaint_settled_at IS NULL, p.inside
FROM ({places}) p JOIN tickets_ticket t ON t.id = p.id JOIN customers_customer c ON c.id = t.customer_id
LEFT JOIN agents_agent a ON a.id = t.assignee_id
ORDER BY {order}
"""
_GIVEN = "SELECT id, place, true AS inside FROM unnest(%s::bigint[]) WITH ORDINALITY AS given(id, place)"


def listed(places: str, order: str, params: Sequence[Any]) -> list[Listed]:
    """The tickets whose `id` the query `places` finds, with `inside`, in an order by columns of `p`, its outcome."""
    with connection.cursor() as cursor:
        cursor.execute(_LISTED.format(places=places, order=order), params)
        return [Listed(*row) for row in cursor.fetchall()]


def ordered(ids: Sequence[int]) -> list[Listed]:
    """The tickets of these ids in this order. Whoever calls has asked at the door which of them may be seen."""
    return listed(_GIVEN, "p.place", [list(ids)]) if ids else []
