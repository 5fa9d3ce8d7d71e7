from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import QuerySet
from django.utils.timezone import now

from events.bus import emit
from events.live import tell
from events.prepared import Prepared
from events.transactions import this_transaction

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from events.models import Event
    from tickets.models.followable import Following
    from tickets.models.ticket import Ticket


class Recorded(models.Model):
    """What every verb of a ticket uses: its lock, the next number in it, the event, and the word to open pages."""

    sequence = models.PositiveIntegerField(
        default=0, editable=False, help_text="The last number given inside."
    )
    updated_at = models.DateTimeField(default=now, editable=False)

    assignee_id: int | None
    team_id: int
    unread: bool
    hold_seconds: int
    followings: RelatedManager[Following]

    class Meta:
        abstract = True

    def lock(self) -> None:
        """Wait for whoever changes the ticket now, then see it as it is; needs an open transaction."""
        if self._forget_lock():
            return
        self._save_owed()
        row = _locked.first(self.pk)
        if row is None:
            raise type(self).DoesNotExist(f"Ticket {self.pk} is not there any more.")
        for field in self._meta.concrete_fields:
            setattr(self, field.attname, getattr(row, field.attname))
        for name in ("_follower_ids", "_prefetched_objects_cache"):
            self.__dict__.pop(name, None)
        # The team, assignee and customer are asked for again only where they are others by now.
        self._state.fields_cache = {
            name: one
            for name, one in self._state.fields_cache.items()
            if one is not None and one.pk == getattr(self, f"{name}_id", None)
        }

    def remember_lock(self, follower_ids: list[int] | None = None) -> None:
        """This transaction has just made or locked the row: the verb that comes next in it need not ask for it again,
        nor for those who follow it, if they are known too."""
        self._locked_in = this_transaction()
        if follower_ids is not None:
            self._follower_ids = follower_ids

    def _forget_lock(self) -> bool:
        """Whether it was remembered until now."""
        return self.__dict__.pop("_locked_in", None) is this_transaction()

    def next_number(self) -> int:
        """The next place in the ticket's own order; saved with the change that takes it."""
        self.sequence += 1
        return self.sequence

    def changed(self, kind: str, by: Any, /, *fields: str, **payload: Any) -> Event:
        """Save `fields` under the lock, write the event with the next number, and tell the open pages."""
        number = self.next_number()
        self.updated_at = now()
        self.owe(*fields, "sequence", "updated_at")
        if not self._is_amid:
            self._save_owed()
        event = emit(kind, self, actor=by, ticket_id=self.pk, number=number, **payload)
        self.tell(kind)
        return event

    @contextmanager
    def saved_once(self) -> Iterator[None]:
        """A verb that tells of several things, in their order, saves the ticket once: when it ends. Until then the
        row is behind what is in hand."""
        if self._is_amid:
            yield
            return
        ends: dict[Callable[[Any], None], None] = {}
        self.__dict__["_ends"] = ends
        try:
            yield
            while ends:
                act = next(iter(ends))
                del ends[act]
                act(self)
            self._save_owed()
        finally:
            del self.__dict__["_ends"]
            self.__dict__.pop("_owed", None)

    def at_end(self, act: Callable[[Any], None]) -> None:
        """Do it once when the verb at work ends, before it saves; at once outside of `saved_once`."""
        if self._is_amid:
            self.__dict__["_ends"][act] = None
        else:
            act(self)

    def will_end_with(self, act: Callable[[Any], None]) -> bool:
        """Whether the verb at work does it when it ends."""
        return act in self.__dict__.get("_ends", ())

    def owe(self, *fields: str) -> None:
        """These were set while the verb at work told what it did: its next save takes them along."""
        self.__dict__.setdefault("_owed", {}).update(dict.fromkeys(fields))

    @property
    def _is_amid(self) -> bool:
        return "_ends" in self.__dict__

    def _save_owed(self) -> None:
        if owed := self.__dict__.pop("_owed", None):
            self.save(update_fields=owed)

    def tell(self, what: str, *, also_teams: Iterable[int] = (), also_agents: Iterable[int] = ()) -> None:
        """Tell the pages of everyone who may see the ticket (and of who could until now) that `what` happened to it."""
        agents = {*self.concerned(), *also_agents}
        groups = {f"team.{self.team_id}", f"ticket.{self.pk}", "everything"}
        groups |= {f"team.{pk}" for pk in also_teams} | {f"agent.{pk}" for pk in agents}
        # Somebody waits in a chat, where answers leave at once, and it is nobody's.
        waits = self.unread and self.assignee_id is None and self.hold_seconds == 0
        tell(groups, {"ticket": self.pk, "what": what, "assignee": self.assignee_id, "waits": waits})

    def concerned(self) -> set[int]:
        """The agents whose ticket it is: who has it, and who follows it."""
        return {pk for pk in (self.assignee_id, *self._followers()) if pk is not None}

    def _followers(self) -> list[int]:
        """Asked once while the ticket is locked, however much a verb has to tell."""
        if "_follower_ids" not in self.__dict__:
            self._follower_ids = _following(self.pk)
        return self._follower_ids


@Prepared
def _locked(ticket_id: int) -> QuerySet[Ticket]:
    from tickets.models.ticket import Ticket

    return Ticket.objects.select_for_update(no_key=True).filter(pk=ticket_id)


@Prepared
def _following(ticket_id: int) -> QuerySet[Following, int]:
    from tickets.models.followable import Following

    return Following.objects.filter(ticket=ticket_id).values_list("agent_id", flat=True)
