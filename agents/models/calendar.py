from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agents.holidays import name_of_country, weekend_of, zone_of
from agents.hours import Hours, Season, Span
from agents.models.agent import validate_time_zone
from agents.models.team import Team
from agents.models.workspace import Workspace
from events.bus import emit

OFFICE: tuple[Span, ...] = ((time(9), time(17)),)


class Calendar(models.Model):
    """When a team works, or several that share it. A team without one is there always."""

    team = models.OneToOneField(Team, models.CASCADE, null=True, related_name="calendar")
    name = models.CharField(_("name"), max_length=80, blank=True, help_text="Of one that is shared.")
    zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    country = models.CharField(_("public holidays"), max_length=8, blank=True, help_text="DE, or DE-BY.")
    week = models.JSONField(
        default=dict, help_text='Spans by weekday: {"0": [["09:00", "17:00"]]}, 0 is Monday.'
    )
    days_off = models.JSONField(default=list, help_text="Dates, and what for: 2026-12-25 Christmas.")
    seasons = models.JSONField(
        default=list, help_text="Other hours for a while: [{first, last, spans, every_day, name}]."
    )

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What people call it: a team's own by the team."""
        return self.name or str(self.team or _("Company hours"))

    @property
    def country_name(self) -> str:
        """Whose public holidays are days off, in the language of the moment; empty where none are."""
        return name_of_country(self.country, get_language() or "en") if self.country else ""

    @classmethod
    def hours_of(cls, team_id: int) -> Hours:
        """When that team works."""
        calendar = cls.of_team(team_id).first()
        return calendar.hours if calendar else Hours()

    @classmethod
    def of_team(cls, team_id: int) -> models.QuerySet[Calendar]:
        """The shared one that the team keeps, then its own."""
        return cls.objects.filter(Q(team=team_id) | Q(kept_by=team_id)).order_by("-team")

    @classmethod
    @transaction.atomic
    def company(cls) -> Calendar:
        """What holds for the whole desk: the first that is shared, made on first use with the hours that are usual in
        the company's country."""
        return cls.objects.filter(team=None).order_by("pk").first() or cls.objects.create(
            **_usual(Workspace.current().country)
        )

    @classmethod
    @transaction.atomic
    def move(cls, was: str, country: str) -> None:
        """The company is in another country: what is usual there holds, unless somebody has set other hours."""
        company = cls.company()
        if all(getattr(company, field) == value for field, value in _usual(was).items()):
            cls.objects.filter(pk=company.pk).update(**_usual(country))
            emit("calendar.changed", company)

    @property
    def hours(self) -> Hours:
        week = {int(day): _read(spans) for day, spans in self.week.items()}
        seasons = [
            Season(
                date.fromisoformat(one["first"]),
                date.fromisoformat(one["last"]),
                _read(one["spans"]),
                one["every_day"],
                one["name"],
            )
            for one in self.seasons
        ]
        return Hours(self.zone, week, frozenset(self.named_days_off), self.country, tuple(seasons))

    @property
    def named_days_off(self) -> dict[date, str]:
        return {date.fromisoformat(line[:10]): line[11:] for line in self.days_off}

    @classmethod
    @transaction.atomic
    def set(cls, team: Team, by: Any, **facts: Any) -> Calendar:
        """The team works so from now on: `zone`, `week`, `days_off`, and what else `change` takes."""
        calendar, _made = cls.objects.get_or_create(team=team)
        team.keep(None, by)
        calendar.change(by, **facts)
        return calendar

    @transaction.atomic
    def change(
        self,
        by: Any,
        *,
        zone: str,
        week: Mapping[int, tuple[Span, ...]],
        days_off: Mapping[date, str] | Iterable[date],
        country: str = "",
        seasons: Iterable[Season] = (),
        name: str = "",
    ) -> None:
        """From now on it reads so. Days off are dates, with names where they have some."""
        names = days_off if isinstance(days_off, Mapping) else dict.fromkeys(days_off, "")
        self.zone, self.country, self.name = zone, country, name
        self.week = {str(day): _written(spans) for day, spans in week.items()}
        self.days_off = [f"{day.isoformat()} {names[day]}".strip() for day in sorted(names)]
        self.seasons = [
            {
                "first": one.first.isoformat(),
                "last": one.last.isoformat(),
                "spans": _written(one.spans),
                "every_day": one.every_day,
                "name": one.name,
            }
            for one in seasons
        ]
        self.save()
        emit("calendar.changed", self, actor=by)
        if self.team is not None:
            emit("team.changed", self.team, actor=by, fields=["hours"])


def _usual(country: str) -> dict[str, Any]:
    """Nine to five on the days that are work days there."""
    days = [day for day in range(7) if day not in weekend_of(country)]
    return {
        "zone": zone_of(country),
        "country": country,
        "week": {str(day): _written(OFFICE) for day in days},
    }


def _read(spans: list[list[str]]) -> tuple[Span, ...]:
    return tuple((time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in spans)


def _written(spans: Iterable[Span]) -> list[list[str]]:
    return [[f"{begin:%H:%M}", f"{end:%H:%M}"] for begin, end in spans]
