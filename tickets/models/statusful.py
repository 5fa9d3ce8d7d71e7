from __future__ import annotations

from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from django.db import models, transaction
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from events.models import Event
from tickets.models.assignable import Assignable
from tickets.models.snoozable import Snoozable
from tickets.models.states import Status

REOPEN_WINDOW = timedelta(days=14)
CLOSE_AFTER = timedelta(days=4)
_DONE = ("ticket.solved", "ticket.closed")
_ENDS = (*_DONE, "ticket.reopened")


class Statusful(Snoozable, Assignable):
    """Where the work stands. Only these verbs set the status."""

    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.NEW, editable=False)
    solved_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    reopened_count = models.PositiveSmallIntegerField(default=0, editable=False)
    thanked = models.BooleanField(
        default=False, editable=False, help_text="Open again only for a word of thanks."
    )

    class Meta:
        abstract = True

    @property
    def is_done(self) -> bool:
        return self.status in {Status.SOLVED, Status.CLOSED}

    @property
    def takes_replies(self) -> bool:
        """Whether a customer's message belongs here, or in a follow-up, since this was closed too long ago."""
        return (
            self.status != Status.CLOSED or self.closed_at is None or now() - self.closed_at < REOPEN_WINDOW
        )

    @transaction.atomic
    def set_status(self, status: str, by: Any) -> None:
        """What the verb that leads to `status` does. ValueError for new, which nothing leads to, and for no status."""
        self.lock()
        self._become(chosen(status), by)

    def _become(self, status: Status, by: Any) -> None:
        if status == Status.OPEN:
            self._reopen(by, "agent")
        elif status == Status.SOLVED:
            self._solve(by)
        elif status == Status.CLOSED:
            self._close(by, "agent")
        else:
            self._set(status, by)

    @transaction.atomic
    def solve(self, by: Any) -> None:
        """The work is done. After a mere thanks it is done as before: no second question follows."""
        self.lock()
        self._solve(by)

    def _solve(self, by: Any) -> None:
        if self.is_done:
            return
        because = "thanks" if self.thanked else "answered"
        self.status, self.solved_at, self.snoozed_until, self.thanked = Status.SOLVED, now(), None, False
        fields = ["status", "solved_at", "snoozed_until", "thanked"]
        self.changed("ticket.solved", by, *fields, agent=self.assignee_id, team=self.team_id, because=because)

    @transaction.atomic
    def reopen(self, by: Any, because: str = "agent") -> None:
        """Work again. Out of solved or closed it counts as reopened, unless the customer only said thanks."""
        self.lock()
        self._reopen(by, because)

    def _reopen(self, by: Any, because: str) -> None:
        # After a mere thanks it is still as good as solved: what is more than thanks reopens it only now.
        after_all = self.thanked and because == "customer"
        if not (self.is_done or after_all):
            self._set(Status.OPEN, by)
            return
        self.thanked = because == "thanks"
        if because not in {"thanks", "undo"}:
            self.reopened_count += 1
        self.status, self.solved_at, self.closed_at = Status.OPEN, None, None
        self.changed(
            "ticket.reopened",
            by,
            "status",
            "solved_at",
            "closed_at",
            "reopened_count",
            "thanked",
            because=because,
        )
        self._free_from_who_left()

    @transaction.atomic
    def restore_status(self, status: str, by: Any, snoozed_until: datetime | None = None) -> None:
        """Take a change of status back, and with it the end of a snooze: what was a mistake is not counted as
        reopened, and what was done is done since it was."""
        self.lock()
        if self.is_done and status in {Status.NEW, Status.OPEN}:
            self.reopen(by, because="undo")
        elif not self.is_done and status in {Status.SOLVED, Status.CLOSED}:
            self._done_after_all(status, by)
        elif status == Status.NEW:
            self._set(Status.NEW, by)
        else:
            self.set_status(status, by)
        if snoozed_until and snoozed_until > now() and not self.is_done:
            self.snooze(snoozed_until, by)

    def _done_after_all(self, status: str, by: Any) -> None:
        past = Event.objects.of_ticket(self.pk).order_by("-number")
        last = past.filter(kind__in=["ticket.reopened", "ticket.status_changed"]).first()
        if last is None:
            return self.set_status(status, by)
        before = past.filter(kind__in=_ENDS, number__lt=last.number)[:2]
        done = {event.kind: event.at for event in takewhile(lambda event: event.kind in _DONE, before)}
        with self.saved_once():
            self.set_status(status, by)
            self.solved_at = done.get("ticket.solved", self.solved_at)
            self.closed_at = self.closed_at and done.get("ticket.closed", self.closed_at)
            if last.kind == "ticket.reopened" and last.payload["because"] not in {"thanks", "undo"}:
                self.reopened_count = max(0, self.reopened_count - 1)
            self.owe("solved_at", "closed_at", "reopened_count")

    @transaction.atomic
    def wait(self, by: Any) -> None:
        """Pending: the customer's turn."""
        self.lock()
        self._set(Status.PENDING, by)

    @transaction.atomic
    def hold(self, by: Any) -> None:
        """On hold: somebody else's turn, such as a supplier's."""
        self.lock()
        self._set(Status.ON_HOLD, by)

    @transaction.atomic
    def close(self, by: Any, because: str = "agent") -> None:
        """Over: a later reply reopens it for two weeks, then opens a follow-up."""
        self.lock()
        self._close(by, because)

    @transaction.atomic
    def close_if_quiet(self) -> None:
        """Close it, if it is still solved and nothing has happened since for four days."""
        self.lock()
        if self.status == Status.SOLVED and self.solved_at and self.solved_at < now() - CLOSE_AFTER:
            self._close(None, "quiet")

    def _close(self, by: Any, because: str) -> None:
        if self.status != Status.CLOSED:
            self.status, self.closed_at, self.snoozed_until = Status.CLOSED, now(), None
            self.changed("ticket.closed", by, "status", "closed_at", "snoozed_until", because=because)

    def _set(self, status: Status, by: Any) -> None:
        if self.status != status:
            was, was_done, self.status = self.status, self.is_done, status
            self.solved_at = self.closed_at = None
            self.changed(
                "ticket.status_changed", by, "status", "solved_at", "closed_at", was=was, now=status.value
            )
            if was_done:
                self._free_from_who_left()


def chosen(status: str) -> Status:
    """A status that someone may choose for a ticket; ValueError for any other word."""
    if status == Status.NEW or status not in Status.values:
        raise ValueError(_("A ticket cannot be given this status."))
    return Status(status)
