"""The desk's lists: which tickets lie in which view, in pages, and how many.

Every right (each team, assigned, followed) is an indexed branch of its own, limited before they are united:
an OR over them would read a whole team's tickets to show fifty. Newest activity first, the id breaks ties.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import BadRequest
from django.db import connection
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from agents.models import Agent
from tickets.models import Pile, Ticket

PAGE = 50
MOST_COUNTED = 1000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class View:
    """A pile as agents see it: its name in addresses, its label, and the SQL condition that a ticket meets in it."""

    name: str
    label: StrOrPromise
    where: str
    params: tuple[Any, ...] = ()
    own: bool = False  # only what is assigned to the agent, so no other right matters

    @property
    def source(self) -> str:
        """The channel's slug for views by channel, else empty."""
        return self.name.removeprefix("source:") if self.name.startswith("source:") else ""


VIEWS = {
    view.name: view
    for view in [
        View("mine", _("Mine"), "pile = %s", (Pile.ACTIVE.value,), own=True),
        View("unassigned", _("Unassigned"), "pile = %s AND assignee_id IS NULL", (Pile.ACTIVE.value,)),
        View("open", _("All open"), "pile = %s", (Pile.ACTIVE.value,)),
        View("snoozed", _("Snoozed"), "pile = %s", (Pile.SNOOZED.value,)),
        View("solved", _("Solved"), "pile = %s", (Pile.DONE.value,)),
        View("spam", _("Spam"), "pile = %s", (Pile.SPAM.value,)),
    ]
}
COUNTED = ("mine", "unassigned", "open", "snoozed")


def view_named(name: str) -> View:
    """The view of that name; KeyError for a name that is none."""
    if name.startswith("source:") and (slug := name.removeprefix("source:")):
        return View(name, slug, "pile = %s AND source = %s", (Pile.ACTIVE.value, slug))
    return VIEWS[name]


@dataclass(frozen=True)
class Count:
    """How many, counted up to 1,000; `capped` when there are more."""

    value: int
    capped: bool


@dataclass(frozen=True)
class Page:
    """One page of a list, with the cursors of its neighbours (None where the list ends)."""

    rows: list[Ticket]
    next: str | None
    previous: str | None


def page(
    agent: Agent, view_name: str, *, after: str | None = None, before: str | None = None, size: int = PAGE
) -> Page:
    """The tickets of a view that follow the cursor `after`, or precede the cursor `before`; the newest without either."""
    view = view_named(view_name)
    cursor = after or before
    backwards = before is not None and after is None
    found = _ids(agent, view, _cursor(cursor) if cursor else None, backwards, size + 1)
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    rows = ordered([pk for pk, _at in found])
    first = _written(found[0]) if found else None
    last = _written(found[-1]) if found else None
    return Page(
        rows=rows,
        next=last if (more or backwards) else None,
        previous=first if (backwards and more) or after else None,
    )


def ordered(ids: Sequence[int]) -> list[Ticket]:
    """The tickets of these ids in this order, with all that a row shows: three queries for any number."""
    found = (
        Ticket.objects.select_related("customer", "assignee").prefetch_related("tags").defer("search_text")
    )
    by_id = found.in_bulk(ids)
    return [by_id[pk] for pk in ids if pk in by_id]


def in_view(agent: Agent, view_name: str, ids: Sequence[int]) -> dict[int, bool]:
    """Of these tickets those that the agent may see, and whether each lies in the view now."""
    view = view_named(view_name)
    visible = Ticket.objects.visible_to(agent).filter(pk__in=ids)
    where = view.where + (" AND assignee_id = %s" if view.own else "")
    params = (*view.params, agent.pk) if view.own else view.params
    inside = set(visible.extra(where=[_qualified(where)], params=params).values_list("pk", flat=True))
    return {pk: pk in inside for pk in visible.values_list("pk", flat=True)}


def counts(agent: Agent, sources: Sequence[str] | None = None) -> dict[str, Count]:
    """How many tickets lie in each view that shows a number, by view name: one query."""
    views = [VIEWS[name] for name in COUNTED]
    views += [view_named(f"source:{slug}") for slug in (active_sources() if sources is None else sources)]
    parts, params = [], []
    for view in views:
        sql, values = _united(agent, view, "id", "", MOST_COUNTED + 1)
        parts.append(f"(SELECT count(*) FROM (SELECT id FROM ({sql}) u LIMIT {MOST_COUNTED + 1}) c)")
        params += values
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        numbers = cursor.fetchone()
    return {
        view.name: Count(min(number, MOST_COUNTED), number > MOST_COUNTED)
        for view, number in zip(views, numbers, strict=True)
    }


def active_sources() -> list[str]:
    """The channels that have active tickets, in the alphabet's order: one index step for each."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH RECURSIVE one AS (
                 (SELECT source FROM tickets_ticket WHERE pile = 'active' ORDER BY source LIMIT 1)
                 UNION ALL
                 SELECT (SELECT source FROM tickets_ticket t WHERE pile = 'active' AND t.source > one.source
                         ORDER BY source LIMIT 1)
                 FROM one WHERE one.source IS NOT NULL)
               SELECT source FROM one WHERE source IS NOT NULL"""
        )
        return [row[0] for row in cursor.fetchall()]


# The branches -------------------------------------------------------------------------------------------


def _ids(
    agent: Agent, view: View, cursor: tuple[datetime, int] | None, backwards: bool, size: int
) -> list[tuple[int, datetime]]:
    direction, compare = ("ASC", ">") if backwards else ("DESC", "<")
    order = f" ORDER BY activity_at {direction}, id {direction}"
    if cursor:
        view = View(
            view.name,
            "",
            f"{view.where} AND (activity_at, id) {compare} (%s, %s)",
            (*view.params, *cursor),
            view.own,
        )
    sql, params = _united(agent, view, "id, activity_at", order, size)
    with connection.cursor() as db:
        db.execute(f"SELECT id, activity_at FROM ({sql}) u{order} LIMIT %s", [*params, size])
        return db.fetchall()


def _united(agent: Agent, view: View, columns: str, order: str, limit: int) -> tuple[str, list[Any]]:
    """The view's tickets that the agent may see: a limited branch for each right, without doubles."""
    if not agent.is_active:
        return f"SELECT {columns} FROM tickets_ticket WHERE false", []
    rights: list[tuple[str, tuple[Any, ...]]]
    if view.own:
        rights = [("assignee_id = %s AND ", (agent.pk,))]
    elif agent.sees_everything:
        rights = [("", ())]
    else:
        rights = [("team_id = %s AND ", (team,)) for team in agent.team_ids()]
        rights.append(("assignee_id = %s AND ", (agent.pk,)))
        rights.append(
            ("id IN (SELECT ticket_id FROM tickets_following WHERE agent_id = %s) AND ", (agent.pk,))
        )
    branches = [
        f"(SELECT {columns} FROM tickets_ticket WHERE {right}{view.where}{order} LIMIT {int(limit)})"
        for right, _ in rights
    ]
    return " UNION ".join(branches), [value for _, values in rights for value in (*values, *view.params)]


def _qualified(where: str) -> str:
    for column in ("pile", "assignee_id", "source"):
        where = where.replace(f"{column} ", f"tickets_ticket.{column} ")
    return where


def _written(place: tuple[int, datetime]) -> str:
    pk, at = place
    return f"{(at - EPOCH) // timedelta(microseconds=1)}-{pk}"


def _cursor(written: str) -> tuple[datetime, int]:
    """The place that a cursor names. BadRequest for anything that is none."""
    try:
        microseconds, pk = map(int, written.split("-", 1))
        return EPOCH + timedelta(microseconds=microseconds), pk
    except (ValueError, OverflowError) as error:
        raise BadRequest(_("That page address is not one of ours.")) from error
