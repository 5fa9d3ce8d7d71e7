"""What the supervisors' page is asked for: which days, and whose ratings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.timezone import get_current_timezone, localdate
from django.utils.translation import gettext_lazy as _

from agents.models import Agent, Team
from channels_inbox.models import Channel
from csat.models import Survey
from csat.models.survey import SurveyQuerySet

USUAL_DAYS = 30
MOST_DAYS = 2 * 366
EARLIEST = date(2000, 1, 1)


def midnight(day: date) -> datetime:
    """When the day begins where the reader is."""
    return datetime.combine(day, time(), get_current_timezone())


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included, in the reader's time zone; and what is picked: ids or nothing."""

    first: date
    last: date
    team: int | None = None
    channel: int | None = None
    agent: int | None = None

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def start(self) -> datetime:
        return midnight(self.first)

    @property
    def end(self) -> datetime:
        """The moment after it."""
        return midnight(self.last + timedelta(days=1))

    def before(self) -> Period:
        """As many days that end where it begins."""
        last = self.first - timedelta(days=1)
        return replace(self, first=last - timedelta(days=self.days - 1), last=last)

    def picked(self) -> dict[str, int]:
        """The ids to filter by, by column."""
        ids = {"team_id": self.team, "channel_id": self.channel, "agent_id": self.agent}
        return {column: pk for column, pk in ids.items() if pk is not None}

    def of(self, agent: Agent) -> SurveyQuerySet:
        """The questions asked in it that he may see."""
        seen = Survey.objects.visible_to(agent)
        return seen.filter(asked_at__gte=self.start, asked_at__lt=self.end, **self.picked())

    def query(self, **other: Any) -> str:
        """As an address says it, with `other` facts."""
        facts = {"from": self.first, "to": self.last, "team": self.team, "channel": self.channel}
        facts |= {"agent": self.agent} | other
        return urlencode({name: value for name, value in facts.items() if value is not None})


class PeriodForm(forms.Form):
    """The filters, as they stand in the page's address; what is nonsense there is as if it were not said."""

    first = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    team = forms.ModelChoiceField(
        Team.objects.none(), label=_("Team"), required=False, empty_label=_("All teams")
    )
    channel = forms.ModelChoiceField(
        Channel.objects.order_by("name"), label=_("Channel"), required=False, empty_label=_("All channels")
    )
    agent = forms.ModelChoiceField(
        Agent.objects.none(), label=_("Agent"), required=False, empty_label=_("All agents")
    )

    def __init__(self, asked: QueryDict, reader: Agent) -> None:
        super().__init__({name: asked.get(key) for name, key in _KEYS.items()})
        teams = Team.objects.visible_to(reader)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]
        colleagues = Agent.objects.all() if reader.sees_everything else Agent.objects.filter(teams__in=teams)
        self.fields["agent"].queryset = colleagues.distinct()  # type: ignore[attr-defined]

    def picks(self) -> list[forms.BoundField]:
        """What may be picked beside the days."""
        return [self[name] for name in ("team", "channel", "agent")]

    def period(self) -> Period:
        self.is_valid()
        said, today = self.cleaned_data, localdate()
        last = min(max(said.get("last") or today, EARLIEST), today)
        first = min(max(said.get("first") or last - timedelta(days=USUAL_DAYS - 1), EARLIEST), today)
        first, last = min(first, last), max(first, last)
        first = max(first, last - timedelta(days=MOST_DAYS - 1))
        picked = {name: said[name].pk for name in ("team", "channel", "agent") if said.get(name)}
        return Period(first, last, **picked)


_KEYS = {"first": "from", "last": "to", "team": "team", "channel": "channel", "agent": "agent"}
