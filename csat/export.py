"""A period's answers as a table for spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from csat.models.survey import SurveyQuerySet
from text.cells import harmless

AT_A_TIME = 2000
_COLUMNS = (
    "ticket_id",
    "score",
    "comment",
    "asked_at",
    "answered_at",
    "agent__name",
    "team__name",
    "channel__name",
    "ticket__subject",
    "ticket__customer__name",
)


def lines(surveys: SurveyQuerySet) -> Iterator[str]:
    """Line by line, whatever their number; no cell of it is a formula. UTF-8 with a mark, by which Excel knows it."""
    writer = csv.writer(_Echo())
    heads = [
        _("Ticket"),
        _("Rating"),
        _("Comment"),
        _("Asked"),
        _("Answered"),
        _("Agent"),
        _("Team"),
        _("Channel"),
    ]
    yield "\ufeff" + writer.writerow([*heads, _("Subject"), _("Customer")])
    rows = surveys.order_by("asked_at", "pk").values_list(*_COLUMNS)
    for row in rows.iterator(AT_A_TIME):
        yield writer.writerow([_cell(value) for value in row])


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return localtime(value).strftime("%Y-%m-%d %H:%M")
    return harmless(value) if isinstance(value, str) else value


class _Echo:
    """A file that gives back what is written."""

    def write(self, line: str) -> str:
        return line
