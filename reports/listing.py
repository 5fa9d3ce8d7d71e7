"""The tickets behind a number: as a list, and as tables for spreadsheets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _

from reports.models import TicketFigures
from reports.overview import Asked
from text import cells, workbook

KINDS: dict[str, tuple[Any, Callable[[Asked], QuerySet[TicketFigures]]]] = {
    "created": (gettext_lazy("Came in"), lambda asked: asked.rows("created")),
    "solved": (gettext_lazy("Solved tickets"), lambda asked: asked.rows("done")),
    "reopened": (gettext_lazy("Reopened"), lambda asked: asked.rows("reopened")),
    "one-touch": (gettext_lazy("Solved at one touch"), lambda asked: asked.rows("one_touch")),
    "complaints": (gettext_lazy("Complaints"), Asked.complaints),
    "open": (gettext_lazy("Open now"), Asked.open),
}
AT_A_TIME = 50
_COLUMNS = (
    "ticket_id", "ticket__subject", "ticket__customer__name", "team__name", "agent__name", "source", "created_at",
    "first_reply_seconds", "first_reply_work_seconds", "done_at", "done_seconds", "done_work_seconds", "replies",
    "reopened",
)  # fmt: skip


def page(asked: Asked, kind: str, before: str) -> tuple[list[TicketFigures], int | None]:
    """The newest, or those before a number; and the number that the next page begins before."""
    found = KINDS[kind][1](asked)
    if before.isdecimal() and len(before) < 18:
        found = found.filter(pk__lt=int(before))
    rows = list(found.select_related("ticket", "team", "agent").order_by("-pk")[: AT_A_TIME + 1])
    return rows[:AT_A_TIME], rows[AT_A_TIME - 1].pk if len(rows) > AT_A_TIME else None


def times(asked: Asked, row: TicketFigures) -> tuple[int | None, int | None]:
    """Seconds to the first reply and until it was solved, as asked for."""
    if asked.by_work:
        return row.first_reply_work_seconds, row.done_work_seconds
    return row.first_reply_seconds, row.done_seconds


def lines(asked: Asked, kind: str) -> Iterator[str]:
    """The table as CSV, line by line."""
    return cells.lines(_heads(), _rows(asked, kind), get_current_timezone())


def sheet(asked: Asked, kind: str) -> Iterator[bytes]:
    """The table as a workbook, piece by piece."""
    return workbook.sheet(
        str(KINDS[kind][0]),
        _heads(),
        _rows(asked, kind),
        get_current_timezone(),
        rtl=get_language_bidi(),
        more=_("There are more than a sheet holds; take the CSV."),
    )


def _heads() -> list[str]:
    heads = [_("Ticket"), _("Subject"), _("Customer"), _("Team"), _("Agent"), _("Channel"), _("Came in")]
    heads += [
        _("First reply (seconds)"),
        _("First reply (business seconds)"),
        _("Solved"),
        _("Time to solve (seconds)"),
        _("Time to solve (business seconds)"),
        _("Replies"),
        _("Reopened"),
    ]
    return heads


def _rows(asked: Asked, kind: str) -> Iterator[tuple]:
    return KINDS[kind][1](asked).order_by("pk").values_list(*_COLUMNS).iterator(2000)
