"""What customers wrote with their ratings, newest answer first, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.exceptions import BadRequest
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.models import Agent
from csat.faces import GOOD, LOW
from csat.models import CHANGEABLE, Survey
from csat.models.survey import SurveyQuerySet
from csat.period import Period

PAGE = 20
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KINDS = {
    "all": (gettext_lazy("All"), Q()),
    "low": (gettext_lazy("1 and 2"), Q(score__lte=LOW)),
    "middle": ("3", Q(score__gt=LOW, score__lt=GOOD)),
    "good": (gettext_lazy("4 and 5"), Q(score__gte=GOOD)),
}
"""Which ratings: label and condition, by the word in addresses."""


@dataclass(frozen=True)
class Page:
    surveys: list[Survey]
    next: str | None


def page(reader: Agent, period: Period, kind: str, before: str, size: int = PAGE) -> Page:
    """Those given to questions of the period that follow the cursor `before`; the newest without one."""
    found = commented(period.of(reader), period).filter(KINDS[kind][1])
    if before:
        found = found.filter(*_after(before))
    related = ("ticket__customer", "agent", "team", "channel")
    surveys = list(
        found.select_related(*related)
        .only(*_SHOWN)
        .prefetch_related("ticket__customer__identities")
        .order_by("-answered_at", "-id")[: size + 1]
    )
    more = len(surveys) > size
    return Page(surveys[:size], _written(surveys[size - 1]) if more else None)


def commented(surveys: SurveyQuerySet, period: Period) -> SurveyQuerySet:
    """Those with words. Answers come soon after the question, which keeps the search in the index short."""
    latest = period.end + 2 * CHANGEABLE
    return surveys.filter(answered_at__gte=period.start, answered_at__lt=latest).exclude(comment="")


_SHOWN = (
    "score",
    "comment",
    "answered_at",
    "follow_up_id",
    "ticket__subject",
    "ticket__team",
    "ticket__assignee",
    "ticket__customer__name",
    "agent__name",
    "agent__email",
    "team__name",
    "channel__name",
    "channel__kind",
)


def _written(survey: Survey) -> str:
    assert survey.answered_at is not None
    return f"{(survey.answered_at - EPOCH) // timedelta(microseconds=1)}-{survey.pk}"


def _after(cursor: str) -> tuple[Q, Q]:
    """Only what follows it; BadRequest for what is no cursor of ours. The first condition is the one that an index
    can begin at."""
    try:
        microseconds, pk = map(int, cursor.split("-", 1))
        at = EPOCH + timedelta(microseconds=microseconds)
    except (ValueError, OverflowError) as error:
        raise BadRequest(_("That page address is not one of ours.")) from error
    return Q(answered_at__lte=at), Q(answered_at__lt=at) | Q(pk__lt=min(pk, 2**63 - 1))
