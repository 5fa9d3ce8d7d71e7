from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from agents.models import Agent
from tickets.models.recorded import Recorded


class Assignable(Recorded):
    """Whose work it is."""

    assignee = models.ForeignKey(
        Agent,
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="assigned_tickets",
        verbose_name=_("assignee"),
    )

    class Meta:
        abstract = True

    @transaction.atomic
    def assign(self, agent: Agent | None, by: Any, because: str = "") -> None:
        """Give it to an agent, or to nobody. `because`: a plain word for the history, where a machine chose.
        ValueError for someone who is no longer active."""
        if agent is not None and not agent.is_active:
            raise ValueError(_("%(name)s is no longer active.") % {"name": agent})
        self.lock()
        self._assign(agent, by, because)

    def _assign(self, agent: Agent | None, by: Any, because: str = "") -> None:
        was = self.assignee_id
        if was != (agent and agent.pk):
            self.assignee = agent
            facts = {"was": was, "now": agent and agent.pk, "because": because}
            self.changed("ticket.assigned", by, "assignee", **facts)
            if was is not None:
                self.tell("ticket.assigned", also_agents=(was,))

    def _free_from_who_left(self) -> None:
        """Work that comes back to somebody who is gone comes back to the pile."""
        if self.assignee is not None and not self.assignee.is_active:
            self._assign(None, None, "left")
