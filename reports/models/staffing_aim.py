from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.bus import emit
from reports.staffing import Aim


def _whole(label: Any, usual: int | None, least: int, most: int) -> models.PositiveSmallIntegerField:
    within = [MinValueValidator(least), MaxValueValidator(most)]
    optional = {"null": True, "blank": True} if usual is None else {"default": usual}
    return models.PositiveSmallIntegerField(label, validators=within, **optional)  # type: ignore[arg-type]


class StaffingAim(models.Model):
    """By what the desk is staffed: one row. Times that are empty are measured."""

    share_percent = _whole(_("Chats answered in time, in percent"), 80, 1, 99)
    within_seconds = _whole(_("In time: within seconds"), 60, 1, 3600)
    at_once = _whole(_("Chats that an agent holds at once"), 3, 1, 20)
    promise_hours = _whole(_("Everything else is answered within office hours"), 8, 1, 80)
    chat_minutes = _whole(_("Minutes that a chat lasts"), None, 1, 240)
    answer_minutes = _whole(_("Minutes that any other answer takes"), None, 1, 240)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="staffing_aim_once")]

    def __str__(self) -> str:
        return f"{self.share_percent} % within {self.within_seconds} s"

    @classmethod
    def current(cls) -> StaffingAim:
        """The row, or what holds until there is one."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @property
    def aim(self) -> Aim:
        return Aim(self.share_percent / 100, self.within_seconds, self.at_once, self.promise_hours)

    @transaction.atomic
    def change(self, by: Any, **facts: int | None) -> None:
        """Set what is promised, and how long work takes."""
        held = StaffingAim.current()
        changed = sorted(name for name, value in facts.items() if getattr(held, name) != value)
        for name in changed:
            setattr(held, name, facts[name])
        if changed:
            held.save()
            emit("staffing.changed", held, actor=by, fields=changed)
