"""The desk's lists: which tickets lie in which view, page by page.

Every right (each team, assigned, followed) is an indexed branch of its own, limited before they are united:
an OR over them would read a whole team's tickets to show fifty. Newest activity first, or what is due first; the id
breaks ties.
How many there are is `tickets.counts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import BadRequest
from django.utils.translation import gettext_lazy as _

from agents.models import Agent
from tickets.listing import Listed, listed
from tickets.models import Pile

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PAGE = 50
RISK_HOURS = 4
"""What is due within them is at risk, as is what is late."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class View:
    """A pile as agents see it: its name in addresses, its label, and the SQL condition that a ticket meets in it."""

    name: str
    label: StrOrPromise
    where: str
    params: tuple[Any, ...] = ()
    own: bool = False  # only what is assigned to the agent, so no other right matters
    leads: bool = False  # listed for leads; whoever else asks for it finds what he may see
    by_due: bool = False  # what is due first comes first: all in it are due at some time

    @property
    def source(self) -> str:
        """The channel's slug for views by channel, else empty."""
        return self.name.removeprefix("source:") if self.name.startswith("source:") else ""

    @property
    def key(self) -> str:
        """The column that its order goes by, empty in none of its tickets."""
        return "due_at" if self.by_due else "activity_at"

    @property
    def order(self) -> StrOrPromise:
        """How people call its order."""
        return _("Due first") if self.by_due else _("Newest first")

    def runs_up(self, backwards: bool) -> bool:
        """Whether the key grows from row to row."""
        return self.by_due != backwards


VIEWS = {
    view.name: view
    for view in [
        View("mine", _("Mine"), "pile = %s", (Pile.ACTIVE.value,), own=True),
        View(
            "at_risk",
            _("At risk"),
            f"pile = %s AND due_at <= now() + interval '{RISK_HOURS} hours'",
            (Pile.ACTIVE.value,),
            by_due=True,
        ),
        View("unassigned", _("Unassigned"), "pile = %s AND assignee_id IS NULL", (Pile.ACTIVE.value,)),
        View("open", _("All open"), "pile = %s", (Pile.ACTIVE.value,)),
        View(
            "complaints",
            _("Complaints"),
            "complaint <> '' AND complaint_settled_at IS NULL AND pile IN (%s, %s)",
            (Pile.ACTIVE.value, Pile.SNOOZED.value),
            leads=True,
        ),
        View("snoozed", _("Snoozed"), "pile = %s", (Pile.SNOOZED.value,)),
        View("solved", _("Solved"), "pile = %s", (Pile.DONE.value,)),
        View("spam", _("Spam"), "pile = %s", (Pile.SPAM.value,)),
    ]
}


def view_named(name: str) -> View:
    """The view of that name; KeyError for a name that is none."""
    if name.startswith("source:") and (slug := name.removeprefix("source:")):
        return View(name, slug, "pile = %s AND source = %s", (Pile.ACTIVE.value, slug))
    return VIEWS[name]


@dataclass(frozen=True)
class Page:
    """One page of a list, with the cursors of its neighbours (None where the list ends)."""

    rows: list[Listed]
    next: str | None
    previous: str | None


def page(
    agent: Agent, view_name: str, *, after: str | None = None, before: str | None = None, size: int = PAGE
) -> Page:
    """The tickets of a view that follow the cursor `after`, or precede the cursor `before`; without either, the first."""
    view = view_named(view_name)
    cursor = after or before
    backwards = before is not None and after is None
    sql, params = _places(agent, view, _cursor(cursor) if cursor else None, backwards, size + 1)
    found = listed(sql, _order(view, backwards, "p."), params)
    more, rows = len(found) > size, found[:size]
    if backwards:
        rows.reverse()
    return Page(
        rows=rows,
        next=_written(rows[-1], view) if rows and (more or backwards) else None,
        previous=_written(rows[0], view) if rows and ((backwards and more) or after) else None,
    )


def looked_up(agent: Agent, view_name: str, ids: Sequence[int]) -> list[Listed]:
    """Those of these tickets that the agent may see, in this order, each with whether it lies in the view now."""
    view = view_named(view_name)
    where, values = view.where, list(view.params)
    if view.own:
        where, values = f"{where} AND assignee_id = %s", [*values, agent.pk]
    if not agent.is_active or not ids:
        return []
    right, mine = "true", []
    if not agent.sees_everything:
        followed = "SELECT ticket_id FROM tickets_following WHERE agent_id = %s"
        right = f"(team_id = ANY(%s) OR assignee_id = %s OR id IN ({followed}))"
        mine = [agent.team_ids(), agent.pk, agent.pk]
    sql = f"""SELECT id, place, COALESCE({where}, false) AS inside
        FROM unnest(%s::bigint[]) WITH ORDINALITY AS given(id, place) JOIN tickets_ticket USING (id)
        WHERE {right}"""
    return listed(sql, "p.place", [*values, list(ids), *mine])


# The branches -------------------------------------------------------------------------------------------


def _places(
    agent: Agent, view: View, cursor: tuple[datetime, int] | None, backwards: bool, size: int
) -> tuple[str, list[Any]]:
    """The query for the places of the view's tickets that the agent may see, from the cursor on.

    Teams are one lateral branch: planning it takes the same time for one team as for fifty.
    """
    if not agent.is_active:
        return f"SELECT id, {view.key}, true AS inside FROM tickets_ticket WHERE false", []
    where, values = view.where, list(view.params)
    if cursor:
        where += f" AND ({view.key}, id) {'>' if view.runs_up(backwards) else '<'} (%s, %s)"
        values += cursor
    order = _order(view, backwards)

    def branch(right: str, *mine: Any) -> tuple[str, list[Any]]:
        sql = (
            f"SELECT id, {view.key}, true AS inside FROM tickets_ticket WHERE {right}{where}"
            f" ORDER BY {order} LIMIT {size:d}"
        )
        return sql, [*mine, *values]

    if view.own:
        return branch("assignee_id = %s AND ", agent.pk)
    if agent.sees_everything:
        return branch("")
    teams, team_values = branch("team_id = team AND ")
    assigned, assigned_values = branch("assignee_id = %s AND ", agent.pk)
    followed, followed_values = branch(
        "id IN (SELECT ticket_id FROM tickets_following WHERE agent_id = %s) AND ", agent.pk
    )
    sql = f"""SELECT * FROM (
        (SELECT one.* FROM unnest(%s::bigint[]) team CROSS JOIN LATERAL ({teams}) one)
        UNION ({assigned}) UNION ({followed})
      ) every ORDER BY {order} LIMIT {size:d}"""
    return sql, [agent.team_ids(), *team_values, *assigned_values, *followed_values]


def _order(view: View, backwards: bool, table: str = "") -> str:
    direction = "ASC" if view.runs_up(backwards) else "DESC"
    return f"{table}{view.key} {direction}, {table}id {direction}"


def _written(row: Listed, view: View) -> str:
    at = row.due_at if view.by_due else row.activity_at
    assert at is not None, "nothing lies in a view that has not what its order goes by"
    return f"{(at - EPOCH) // timedelta(microseconds=1)}-{row.pk}"


def _cursor(written: str) -> tuple[datetime, int]:
    """The place that a cursor names. BadRequest for anything that is none."""
    try:
        microseconds, pk = map(int, written.split("-", 1))
        return EPOCH + timedelta(microseconds=microseconds), pk
    except (ValueError, OverflowError) as error:
        raise BadRequest(_("That page address is not one of ours.")) from error
