from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from tickets.models.recorded import Recorded


class Snoozable(Recorded):
    """Out of sight until a time, or until the customer writes."""

    snoozed_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True

    if TYPE_CHECKING:

        @property
        def is_done(self) -> bool: ...

    @transaction.atomic
    def snooze(self, until: datetime, by: Any) -> None:
        """Wake at `until` (aware). ValueError when that has passed, or when the ticket is done."""
        self.lock()
        if until <= now():
            raise ValueError(_("Choose a time that is still to come."))
        if self.is_done:
            raise ValueError(_("A ticket that is done cannot be snoozed."))
        if self.snoozed_until != until:
            self.snoozed_until = until
            self.changed("ticket.snoozed", by, "snoozed_until", until=until.isoformat())

    @transaction.atomic
    def wake(self, by: Any, because: str = "agent") -> None:
        """Back into the inbox: by an agent, the time or the customer."""
        self.lock()
        self._wake(by, because)

    @transaction.atomic
    def wake_if_due(self) -> None:
        """Its time has come, unless it was put off in the meantime."""
        self.lock()
        if self.snoozed_until is not None and self.snoozed_until <= now():
            self._wake(None, "time")

    def _wake(self, by: Any, because: str) -> None:
        if self.snoozed_until is not None:
            self.snoozed_until = None
            self.changed("ticket.woken", by, "snoozed_until", because=because)
