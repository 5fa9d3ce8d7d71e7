"""A period's answers as a table for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _

from csat.models.survey import SurveyQuerySet
from text import cells

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
    """One after the other, whatever their number."""
    heads = [
        _("Ticket"),
        _("Rating"),
        _("Comment"),
        _("Asked"),
        _("Answered"),
        _("Agent"),
        _("Team"),
        _("Channel"),
        _("Subject"),
        _("Customer"),
    ]
    rows = surveys.order_by("asked_at", "pk").values_list(*_COLUMNS)
    return cells.lines(heads, rows.iterator(AT_A_TIME), get_current_timezone())
