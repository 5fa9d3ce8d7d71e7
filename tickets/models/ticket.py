from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models, transaction
from django.db.models import Case, Q, Value, When
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from agents.models import Agent, Team
from customers.models import Customer
from events.bus import emit
from events.models import Event
from events.rows import OftenWritten
from text.normalise import search_text
from text.storable import storable
from tickets.models.assignable import Assignable
from tickets.models.complainable import Complainable
from tickets.models.conversing import Conversing
from tickets.models.followable import Followable, Following, follower_ids
from tickets.models.participating import Participating
from tickets.models.promised import Promised
from tickets.models.snoozable import Snoozable
from tickets.models.spammable import Spammable
from tickets.models.states import Pile, Priority, Status
from tickets.models.statusful import Statusful
from tickets.models.taggable import Taggable

FIRST_NUMBER = 10001
UNDO_TIME = timedelta(minutes=1)
"""How long an agent may take back what put a ticket out of his own sight."""


class Conflict(Exception):
    """Somebody else changed the same field since the form saw it. `field` and `now` say which, and to what."""

    def __init__(self, field: str, now: Any) -> None:
        super().__init__(f"{field} is {now} by now")
        self.field, self.now = field, now


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, agent: Agent) -> TicketQuerySet:
        """The door: tickets of his teams, assigned to him, or followed by him. For single tickets and small sets;
        lists go through `tickets.inbox`, which asks each right as an indexed branch of its own."""
        if not agent.is_active:
            return self.none()
        team_ids = () if agent.sees_everything else agent.team_ids()
        return self.open_to(agent.pk, team_ids, sees_everything=agent.sees_everything)

    def open_to(self, agent_id: int, team_ids: Collection[int], *, sees_everything: bool) -> TicketQuerySet:
        """The door by ids alone, for one who is active: `tickets.opening.for_agent` asks through it."""
        if sees_everything:
            return self
        followed = Following.objects.filter(agent=agent_id).values("ticket_id")
        return self.filter(Q(team__in=team_ids) | Q(assignee=agent_id) | Q(pk__in=followed))

    def locked(self) -> TicketQuerySet:
        """Under their locks, with those who follow them at hand for `remember_lock`."""
        return self.select_for_update(of=("self",), no_key=True).annotate(follower_ids=follower_ids())

    def just_changed_by(self, agent: Agent, kind: str) -> TicketQuerySet:
        """A door for a moment: what he himself changed so, seen or not, for as long as he may take it back."""
        if not agent.is_active:
            return self.none()
        own = Event.objects.filter(kind=kind, actor_kind="agent", actor_id=agent.pk, at__gt=now() - UNDO_TIME)
        return self.filter(pk__in=own.values("ticket_id"))

    def of(self, customer: Customer) -> TicketQuerySet:
        """A customer's own tickets."""
        return self.filter(customer=customer)


class Ticket(
    Conversing,
    Statusful,
    Snoozable,
    Spammable,
    Assignable,
    Taggable,
    Followable,
    Participating,
    Promised,
    Complainable,
    OftenWritten,
):
    """The conversation: one unit of work, many messages. Every change locks it, and takes the next number in it."""

    id = models.BigAutoField(primary_key=True)
    team = models.ForeignKey(Team, models.PROTECT, db_index=False, related_name="tickets")
    subject = models.CharField(_("subject"), max_length=255, blank=True)
    source = models.SlugField(
        max_length=24, db_index=False, help_text="Where it came from: a plain word for icons and filters."
    )
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)
    language = models.CharField(max_length=8, blank=True)
    follow_up_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="follow_ups", editable=False
    )
    rating = models.PositiveSmallIntegerField(null=True, editable=False)
    rating_comment = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)
    pile = models.GeneratedField(
        expression=Case(
            When(spam_at__isnull=False, then=Value(Pile.SPAM.value)),
            When(status__in=[Status.SOLVED.value, Status.CLOSED.value], then=Value(Pile.DONE.value)),
            When(snoozed_until__isnull=False, then=Value(Pile.SNOOZED.value)),
            default=Value(Pile.ACTIVE.value),
        ),
        output_field=models.CharField(max_length=8),
        db_persist=True,
    )
    search_text = models.TextField(blank=True, editable=False)

    objects = TicketQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["team", "pile", "-activity_at", "-id"], name="ticket_team_pile"),
            models.Index(fields=["pile", "-activity_at", "-id"], name="ticket_pile"),
            models.Index(fields=["team", "pile", "source", "-activity_at", "-id"], name="ticket_team_source"),
            models.Index(fields=["pile", "source", "-activity_at", "-id"], name="ticket_source"),
            models.Index(
                fields=["assignee", "pile", "-activity_at", "-id"],
                name="ticket_assignee",
                condition=Q(assignee__isnull=False),
            ),
            models.Index(
                fields=["team", "-activity_at", "-id"],
                name="ticket_unassigned",
                condition=Q(assignee=None, pile="active"),
            ),
            models.Index(fields=["customer", "-activity_at", "-id"], name="ticket_customer"),
            models.Index(
                fields=["snoozed_until"], name="ticket_wake", condition=Q(snoozed_until__isnull=False)
            ),
            models.Index(fields=["solved_at"], name="ticket_to_close", condition=Q(status="solved")),
            models.Index(
                fields=["-activity_at", "-id"],
                name="ticket_complains",
                condition=~Q(complaint="") & Q(complaint_settled_at=None),
            ),
            models.Index(fields=["due_at"], name="ticket_due", condition=Q(due_at__isnull=False)),
            GinIndex(fields=["search_text"], name="ticket_search_trgm", opclasses=["gin_trgm_ops"]),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="ticket_status_known"),
            models.CheckConstraint(condition=Q(priority__in=Priority.values), name="ticket_priority_known"),
            models.CheckConstraint(
                condition=Q(rating=None) | Q(rating__range=(1, 5)), name="ticket_rating_range"
            ),
            models.CheckConstraint(
                condition=~Q(status="solved") | Q(solved_at__isnull=False), name="ticket_solved_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.subject}"

    @property
    def number(self) -> int:
        """What people call the ticket by."""
        return self.pk

    # Beginning -----------------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic(savepoint=False)
    def open(
        cls,
        customer: Customer,
        team: Team,
        *,
        subject: str,
        source: str,
        by: Any = None,
        language: str = "",
        priority: int = Priority.NORMAL,
        hold: timedelta = timedelta(0),
        follow_up_of: Ticket | None = None,
    ) -> Ticket:
        """A new ticket without messages yet: `receive`, `reply` or `log_call` comes next, in the same transaction."""
        ticket = cls.objects.create(
            customer=customer,
            team=team,
            subject=_one_line(subject),
            source=source,
            language=language,
            priority=priority,
            hold_seconds=int(hold.total_seconds()),
            follow_up_of=follow_up_of,
            search_text=search_text(subject),
            sequence=1,
        )
        facts = {"source": source, "status": ticket.status, "team": team.pk}
        emit("ticket.created", ticket, actor=by, ticket_id=ticket.pk, number=1, **facts)
        ticket.remember_lock(follower_ids=[])
        ticket.tell("ticket.created")
        if follow_up_of is not None:
            follow_up_of.lock()
            follow_up_of.changed("ticket.follow_up_opened", by, ticket=ticket.pk)
        return ticket

    @transaction.atomic
    def shelve(self, at: datetime) -> None:
        """It was over before it came here: closed since `at`, and nobody's work."""
        self.lock()
        self.status, self.closed_at, self.created_at, self.activity_at = Status.CLOSED, at, at, at
        self.unread, self.waiting_since = False, None
        fields = ["status", "closed_at", "created_at", "activity_at", "unread", "waiting_since"]
        self.changed("ticket.closed", None, *fields, because="archive")

    def is_visible_to(self, agent: Agent) -> bool:
        """What `visible_to` says, of a ticket at hand: by plain facts where they suffice."""
        if not agent.is_active:
            return False
        if agent.sees_everything or self.team_id in agent.team_ids() or self.assignee_id == agent.pk:
            return True
        return self.followings.filter(agent=agent).exists()

    def expect(self, **seen: Any) -> None:
        """Lock, and raise Conflict for a field that is no longer what the form saw; None was not seen at all."""
        self.lock()
        for field, value in seen.items():
            current = getattr(self, field)
            if value is not None and str(value) != ("" if current is None else str(current)):
                raise Conflict(field, current)

    # Plain facts ---------------------------------------------------------------------------------------

    @transaction.atomic
    def set_priority(self, priority: int, by: Any) -> None:
        self.lock()
        was, self.priority = self.priority, Priority(priority)
        if was != self.priority:
            self.changed("ticket.priority_changed", by, "priority", was=was, now=int(self.priority))

    @transaction.atomic
    def set_subject(self, subject: str, by: Any) -> None:
        subject = _one_line(subject)
        self.lock()
        if subject and subject != self.subject:
            self._be_called(subject)
            self.changed("ticket.subject_changed", by, "subject", "search_text")

    @transaction.atomic(savepoint=False)
    def name_after(self, words: str) -> None:
        """Call it by what was said, unless it is called something already."""
        subject = _one_line(words)
        if self.subject or not subject:
            return
        self.lock()
        if not self.subject:
            self._be_called(subject)
            self.save(update_fields=["subject", "search_text"])
            self.tell("ticket.subject_changed")

    def _be_called(self, subject: str) -> None:
        self.subject, self.search_text = subject, search_text(subject)
        if first := self.messages.order_by("number").first():
            self.messages.filter(pk=first.pk).update(search_text=search_text(subject, first.new_text))

    @transaction.atomic
    def set_team(self, team: Team, by: Any) -> None:
        """Move to another team; an assignee who may not see it there keeps it, since assigned is a right of its own."""
        self.lock()
        was = self.team_id
        if was != team.pk:
            self.team = team
            self.messages.update(team_id=team.pk)
            self.changed("ticket.team_changed", by, "team", was=was, now=team.pk)
            self.tell("ticket.team_changed", also_teams=(was,))

    @transaction.atomic
    def rate(self, score: int, comment: str, by: Any) -> None:
        """The customer's answer to how it went, 1 (worst) to 5."""
        self.lock()
        self.rating, self.rating_comment = score, comment
        self.changed("ticket.rated", by, "rating", "rating_comment", score=score, commented=bool(comment))


def _one_line(subject: str) -> str:
    """A subject as it can be stored and shown: one line, without control characters."""
    return " ".join(storable(subject).split())[:255]
