"""The way of a complaint: levels in an order, each with an owner and a deadline, and where each complaint stands."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from agents.models import Agent, Presence, Role, Team
from automation.models.ordered import change_places, next_position
from events.bus import emit
from tickets.models import Ticket


class Owner(models.TextChoices):
    """Who has to answer at a level."""

    TEAM = "team", pgettext_lazy("complaint's owner", "The ticket’s team")
    LEADS = "leads", pgettext_lazy("complaint's owner", "The leads of the ticket’s team")
    SUPERVISORS = "supervisors", pgettext_lazy("complaint's owner", "The supervisors")
    OTHER_TEAM = "other_team", pgettext_lazy("complaint's owner", "A certain team")
    AGENT = "agent", pgettext_lazy("complaint's owner", "A certain agent")


class ComplaintLevel(models.Model):
    """`minutes` of the business time of the ticket's team are what it has for an answer; 0: no deadline."""

    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=80, blank=True)
    owner = models.CharField(max_length=12, choices=Owner)
    agent = models.ForeignKey(Agent, models.SET_NULL, null=True, blank=True, related_name="+")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="+")
    minutes = models.PositiveIntegerField(default=0)
    assigns = models.BooleanField(default=False, help_text="The ticket becomes the owner’s.")

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.name or str(Owner(self.owner).label)

    def people(self, ticket: Ticket) -> list[Agent]:
        """Whom it is to be told: those at work first. Where there is no lead the supervisors answer, and where there is
        none of these the administrators."""
        active = Agent.objects.filter(is_active=True)
        if self.owner == Owner.TEAM:
            return list(active.filter(pk=ticket.assignee_id or 0))
        if self.owner == Owner.AGENT and (found := list(active.filter(pk=self.agent_id or 0))):
            return found
        team = self.team_id if self.owner == Owner.OTHER_TEAM else ticket.team_id
        circles = [active.filter(role=Role.SUPERVISOR), active.filter(role=Role.ADMINISTRATOR)]
        if self.owner in {Owner.LEADS, Owner.OTHER_TEAM}:
            circles.insert(0, active.filter(teams=team, role=Role.LEAD))
        at_work = models.Case(models.When(presence=Presence.ONLINE, then=0), default=1)
        return next((found for circle in circles if (found := list(circle.order_by(at_work, "pk")))), [])

    def give(self, ticket: Ticket) -> None:
        """The ticket becomes the owner's: his team's, if that is the owner, else the first's of its people."""
        by = ("procedure", self.pk)
        if self.owner == Owner.OTHER_TEAM and self.team is not None:
            ticket.set_team(self.team, by)
            if ticket.assignee_id not in set(self.team.members.values_list("pk", flat=True)):
                ticket.assign(None, by)
            return
        people = self.people(ticket)
        if people and ticket.assignee_id not in {agent.pk for agent in people}:
            ticket.assign(people[0], by)

    @transaction.atomic
    def change(self, by: Any, **facts: Any) -> None:
        """Who answers by when. A new one comes last. Complaints that have reached it keep the deadline that they have."""
        if self.pk is None:
            self.position = next_position(ComplaintLevel)
        for name, value in facts.items():
            setattr(self, name, value)
        self.save()
        emit("complaint.procedure_changed", self, actor=by)

    @transaction.atomic
    def remove(self, by: Any) -> None:
        """Complaints that have reached it go on from its place."""
        gone = ("complaintlevel", self.pk)
        self.delete()
        for position, level in enumerate(ComplaintLevel.objects.select_for_update(), 1):
            if level.position != position:
                ComplaintLevel.objects.filter(pk=level.pk).update(position=position)
        emit("complaint.procedure_changed", gone, actor=by)

    @transaction.atomic
    def move(self, up: bool, by: Any) -> None:
        """One place up or down."""
        if change_places(self, ComplaintLevel.objects.all(), up=up):
            emit("complaint.procedure_changed", self, actor=by)


class Complaint(models.Model):
    """Where the complaint of a ticket stands. Its deadline is a clock of the ticket."""

    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="case", primary_key=True)
    level = models.ForeignKey(ComplaintLevel, models.SET_NULL, null=True, related_name="+")
    position = models.PositiveSmallIntegerField(default=0, help_text="The level’s, when it was reached.")
    number = models.PositiveIntegerField(help_text="Of the event in the ticket by which it was reached.")
    answered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"complaint of {self.ticket_id} at level {self.position}"

    @classmethod
    @transaction.atomic
    def begin(cls, ticket: Ticket) -> None:
        """At the first level; where there is no procedure, there is nothing to begin."""
        if level := ComplaintLevel.objects.first():
            cls(ticket=ticket)._reach(ticket, level, ("procedure", level.pk), "complained")

    @property
    def next_level(self) -> ComplaintLevel | None:
        """What comes after its level; where that was removed meanwhile, what came into its place."""
        after = {"position__gt": self.level.position} if self.level else {"position__gte": self.position}
        return ComplaintLevel.objects.filter(**after).first()

    @transaction.atomic
    def answer(self, ticket: Ticket, by: Any) -> None:
        """The customer has his answer at this level: its deadline is kept."""
        self._look(ticket)
        if ticket.complains and self.answered_at is None:
            self.answered_at = now()
            self.save(update_fields=["answered_at"])
            ticket.changed("complaint.answered", by, level=self.position)

    @transaction.atomic
    def pass_on(self, ticket: Ticket, by: Any, *, because: str, seen: int) -> None:
        """To the next level: `because` the "customer" is not content, or of the "deadline". Nothing where it has left
        the level that was `seen`. ValueError where there is no further one."""
        self._look(ticket)
        if not ticket.complains or self.position != seen:
            return
        level = self.next_level
        if level is None:
            raise ValueError(_("There is no further level."))
        self._reach(ticket, level, by, because)

    def _look(self, ticket: Ticket) -> None:
        """As it is, under the ticket's lock."""
        ticket.lock()
        self.refresh_from_db()

    def _reach(self, ticket: Ticket, level: ComplaintLevel, by: Any, because: str) -> None:
        event = ticket.changed(
            "complaint.level_reached",
            by,
            level=level.position,
            target=level.minutes * 60 or None,
            because=because,
        )
        self.level, self.position, self.answered_at = level, level.position, None
        self.number = event.number or 0
        self.save()
        if level.assigns:
            level.give(ticket)
