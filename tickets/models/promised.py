from __future__ import annotations

from datetime import datetime

from django.db import models

from tickets.models.recorded import Recorded


class Promised(Recorded):
    """By when it has to be dealt with next: a fact that a room above works out."""

    due_at = models.DateTimeField(null=True, editable=False)
    due_for = models.CharField(
        max_length=12, blank=True, editable=False, help_text="What is due then: a plain word for pages."
    )

    class Meta:
        abstract = True

    def promise(self, due_at: datetime | None, what: str = "", *, soon: bool = False) -> None:
        """`what` is due then; None: nothing is. Under the lock. `soon`: another verb follows that saves the ticket,
        and this with it."""
        if (self.due_at, self.due_for) == (due_at, what):
            return
        self.due_at, self.due_for = due_at, what
        if soon or self._is_amid:
            self.owe("due_at", "due_for")
        else:
            type(self)._default_manager.filter(pk=self.pk).update(due_at=due_at, due_for=what)
            self.tell("ticket.promised")
