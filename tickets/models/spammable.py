from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils.timezone import now

from tickets.models.assignable import Assignable


class Spammable(Assignable):
    """Unwanted, and how to take that back."""

    spam_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True

    @transaction.atomic
    def mark_spam(self, by: Any) -> None:
        """Out of every view but Spam. The status stays, so that undoing brings back what was."""
        self.lock()
        if self.spam_at is None:
            self.spam_at = now()
            self.changed("ticket.marked_spam", by, "spam_at")

    @transaction.atomic
    def unmark_spam(self, by: Any) -> None:
        self.lock()
        if self.spam_at is not None:
            self.spam_at = None
            self.changed("ticket.unmarked_spam", by, "spam_at")
            self._free_from_who_left()
