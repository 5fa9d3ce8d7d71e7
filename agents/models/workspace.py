from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from agents.holidays import week_begins
from events.bus import emit
from events.prepared import Prepared


class Workspace(models.Model):
    """The company that this desk belongs to: one row."""

    name = models.CharField(_("company"), max_length=120, blank=True)
    sender = models.CharField(_("sender's name"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    guide_closed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="workspace_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def sender_name(self) -> str:
        """As whom customers see the company; nothing while it has no name."""
        return self.sender or self.name

    @classmethod
    def current(cls) -> Workspace:
        """The row, made on first use."""
        return _current.first(1) or cls.objects.get_or_create(pk=1)[0]

    @classmethod
    def week_begins(cls) -> int:
        """The weekday by which weeks are counted (0 is Monday): as it is usual in the company's country."""
        return week_begins(cls.current().country)

    @transaction.atomic
    def change(self, by: Any, **facts: str) -> None:
        """Set name, sender, country; the company's hours move with it, unless somebody has set them."""
        from agents.models.calendar import Calendar

        changed = [field for field, value in facts.items() if getattr(self, field) != value]
        if "country" in changed:
            Calendar.move(self.country, facts["country"])
        for field in changed:
            setattr(self, field, facts[field])
        if changed:
            self.save(update_fields=changed)
            emit("workspace.changed", self, actor=by, fields=changed)

    @classmethod
    def offers_guide(cls, agent: Any) -> bool:
        """Whether the first hour's checklist is still to be offered to him."""
        return agent.is_administrator and not cls.objects.exclude(guide_closed_at=None).exists()

    def close_guide(self) -> None:
        """The first hour's checklist is no longer offered."""
        Workspace.objects.filter(pk=self.pk, guide_closed_at=None).update(guide_closed_at=now())


@Prepared
def _current(pk: int) -> models.QuerySet[Workspace]:
    return Workspace.objects.filter(pk=pk)
