from __future__ import annotations

from datetime import date, time
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from agents.hours import Hours, Span
from agents.models.agent import validate_time_zone
from agents.models.team import Team
from events.bus import emit


class Calendar(models.Model):
    """When a team works. A team without one is there always."""

    team = models.OneToOneField(Team, models.CASCADE, related_name="calendar")
    zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    week = models.JSONField(
        default=dict, help_text='Spans by weekday: {"0": [["09:00", "17:00"]]}, 0 is Monday.'
    )
    days_off = models.JSONField(default=list, help_text="Dates: 2026-12-25.")

    def __str__(self) -> str:
        return f"hours of {self.team_id}"

    @classmethod
    def hours_of(cls, team_id: int) -> Hours:
        """When that team works."""
        calendar = cls.objects.filter(team=team_id).first()
        return calendar.hours if calendar else Hours()

    @property
    def hours(self) -> Hours:
        week = {
            int(day): tuple((time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in spans)
            for day, spans in self.week.items()
        }
        return Hours(self.zone, week, frozenset(map(date.fromisoformat, self.days_off)))

    @classmethod
    @transaction.atomic
    def set(
        cls, team: Team, by: Any, *, zone: str, week: dict[int, tuple[Span, ...]], days_off: list[date]
    ) -> Calendar:
        """The team works so from now on."""
        facts = {
            "zone": zone,
            "week": {
                str(day): [[f"{begin:%H:%M}", f"{end:%H:%M}"] for begin, end in spans]
                for day, spans in week.items()
            },
            "days_off": [day.isoformat() for day in sorted(days_off)],
        }
        calendar, _made = cls.objects.update_or_create(team=team, defaults=facts)
        emit("team.changed", team, actor=by, fields=["hours"])
        return calendar
