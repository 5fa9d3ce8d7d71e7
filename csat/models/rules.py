"""When customers are asked how it went: for the whole desk, and for each channel."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from channels_inbox.models import Channel
from events.bus import emit

USUAL_PAUSE, MOST_PAUSE = 7, 365
"""Days."""
MINUTES_OF_AN_HOUR, MINUTES_OF_A_DAY = 60, 24 * 60
DELAYS = (0, 5, 30, 60, 4 * 60, 24 * 60, 3 * 24 * 60)
"""In minutes; what administrators choose among."""


class AskingRules(models.Model):
    """What holds on every channel: one row."""

    is_on = models.BooleanField(_("Ask customers how it went"), default=True)
    after_automatic = models.BooleanField(_("Ask too when nobody solved it by hand"), default=False)
    pause_days = models.PositiveSmallIntegerField(
        _("Days between two questions to one customer"), default=USUAL_PAUSE
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="asking_rules_once")]

    def __str__(self) -> str:
        return "on" if self.is_on else "off"

    @classmethod
    def current(cls) -> AskingRules:
        """The row, or what holds until there is one."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @property
    def pause(self) -> timedelta:
        return timedelta(days=self.pause_days)

    @transaction.atomic
    def change(self, by: Any, **facts: Any) -> None:
        """Set is_on, after_automatic, pause_days."""
        _change(self, by, self, facts)


class ChannelRule(models.Model):
    """What holds on one channel, where it is not as on the others."""

    channel = models.OneToOneField(Channel, models.CASCADE, related_name="asking")
    is_on = models.BooleanField(default=True)
    delay_minutes = models.PositiveIntegerField(default=0, help_text="After solving.")

    def __str__(self) -> str:
        return f"{self.channel}: {self.delay_minutes if self.is_on else 'off'}"

    @classmethod
    def of(cls, channel: Channel) -> ChannelRule:
        """The channel's own, or what holds until it has one."""
        return cls.objects.filter(channel=channel).first() or cls(channel=channel)

    @property
    def delay(self) -> timedelta:
        return timedelta(minutes=self.delay_minutes)

    @transaction.atomic
    def change(self, by: Any, **facts: Any) -> None:
        """Set is_on, delay_minutes."""
        _change(self, by, self.channel, facts)


def _change(rule: AskingRules | ChannelRule, by: Any, subject: models.Model, facts: dict[str, Any]) -> None:
    changed = [name for name, value in facts.items() if getattr(rule, name) != value]
    for name in changed:
        setattr(rule, name, facts[name])
    if changed:
        rule.save()
        emit("asking.changed", subject, actor=by, fields=sorted(changed))


def delay_in_words(minutes: int) -> str:
    """How long after solving, such as “after 4 hours”."""
    if minutes == 0:
        return str(_("As soon as solving cannot be undone"))
    if minutes % MINUTES_OF_A_DAY == 0:
        days = minutes // MINUTES_OF_A_DAY
        return ngettext("After %(count)d day", "After %(count)d days", days) % {"count": days}
    if minutes % MINUTES_OF_AN_HOUR == 0:
        hours = minutes // MINUTES_OF_AN_HOUR
        return ngettext("After %(count)d hour", "After %(count)d hours", hours) % {"count": hours}
    return ngettext("After %(count)d minute", "After %(count)d minutes", minutes) % {"count": minutes}
