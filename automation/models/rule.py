"""What is done by itself: rules, their versions, and what they did."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.db.models import Max, Q
from django.utils.timezone import now

from agents.models import Agent
from automation.models.ordered import change_places, next_position
from automation.rules import listening
from automation.rules.conditions import leaves
from automation.rules.happenings import EVENT, TIME, kinds_of
from events.bus import emit
from tickets.models import Ticket

BODY = ("name", "kind", "happenings", "anchor", "hours", "conditions", "actions", "stops")
"""What a version holds."""


class RuleQuerySet(models.QuerySet["Rule"]):
    def running(self, kind: str) -> RuleQuerySet:
        """Those of that kind that are on, in their order."""
        return self.filter(is_on=True, kind=kind)


class Rule(models.Model):
    """When something happened, or time has passed, and the conditions hold, actions are done (see
    `automation.rules.conditions` and `automation.actions`)."""

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=[(EVENT, EVENT), (TIME, TIME)], default=EVENT)
    happenings = models.JSONField(default=list, help_text="Of an event rule: what sets it going.")
    anchor = models.CharField(
        max_length=16, blank=True, help_text="Of a time rule: what its hours count from."
    )
    hours = models.PositiveIntegerField(default=0)
    conditions = models.JSONField(default=dict)
    actions = models.JSONField(default=list)
    stops = models.BooleanField(default=False, help_text="No rule after it acts on the same event.")
    is_on = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    swept_to = models.BigIntegerField(
        default=0, help_text="Of a time rule: the ticket that was looked at last."
    )
    created_at = models.DateTimeField(default=now, editable=False)

    objects = RuleQuerySet.as_manager()

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def heard(cls) -> frozenset[str]:
        """The kinds of events that any rule waits for. One query."""
        waiting = cls.objects.running(EVENT).order_by().values_list("happenings", flat=True)
        return frozenset(kind for happenings in waiting for kind in kinds_of(happenings))

    @property
    def kinds(self) -> set[str]:
        return kinds_of(self.happenings)

    @property
    def needs(self) -> set[str]:
        """The facts that its conditions ask for."""
        return {leaf["fact"] for leaf in leaves(self.conditions)}

    @property
    def body(self) -> dict[str, Any]:
        return {field: getattr(self, field) for field in BODY}

    # Verbs -------------------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def write(cls, by: Any, body: dict[str, Any]) -> Rule:
        """A new one, after the others, and off."""
        rule = cls.objects.create(position=next_position(cls), **body)
        rule._keep(by, ["created"])
        return rule

    @transaction.atomic
    def change(self, by: Any, body: dict[str, Any]) -> None:
        """Another body, checked already, is the next version; the same one is none."""
        changed = [field for field in BODY if getattr(self, field) != body[field]]
        if changed:
            for field in changed:
                setattr(self, field, body[field])
            self.version = (self.versions.aggregate(last=Max("number"))["last"] or 0) + 1
            self.swept_to = 0
            self.save()
            self._keep(by, changed)

    @transaction.atomic
    def switch(self, by: Any, *, on: bool) -> None:
        if self.is_on != on:
            self.is_on = on
            self.save(update_fields=["is_on"])
            self._tell(by, ["is_on"])

    @transaction.atomic
    def move(self, by: Any, *, up: bool) -> None:
        """Change places with the one before or after it."""
        if change_places(self, Rule.objects.all(), up=up):
            self._tell(by, ["position"])

    @transaction.atomic
    def remove(self, by: Any) -> None:
        """What it did stays told on the tickets."""
        self._tell(by, ["removed"])
        self.delete()

    def _keep(self, by: Any, fields: list[str]) -> None:
        agent = by if isinstance(by, Agent) else None
        self.versions.create(number=self.version, body=self.body, agent=agent)
        self._tell(by, fields)

    def _tell(self, by: Any, fields: list[str]) -> None:
        emit("rule.changed", self, actor=by, fields=sorted(fields))
        listening.forget()


class RuleVersion(models.Model):
    """What a rule was at a time."""

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    body = models.JSONField()
    agent = models.ForeignKey(Agent, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=["rule", "number"], name="rule_version_once")]

    def __str__(self) -> str:
        return f"{self.rule_id}.{self.number}"

    def restore(self, by: Any) -> None:
        """The rule is as it was then: the next version of it."""
        self.rule.change(by, self.body)


class RuleRun(models.Model):
    """That a rule acted on a ticket: what it saw, and what it did. Or that it did not, so as not to turn in a circle."""

    rule = models.ForeignKey(Rule, models.SET_NULL, null=True, related_name="runs")
    name = models.CharField(max_length=80, help_text="The rule's, as it was called then.")
    version = models.PositiveIntegerField()
    ticket = models.ForeignKey(Ticket, models.CASCADE, db_index=False, related_name="+")
    event_id = models.BigIntegerField(null=True)
    event_kind = models.CharField(max_length=64, blank=True)
    anchor_at = models.DateTimeField(null=True, help_text="Of a time rule: what its hours were counted from.")
    why = models.JSONField(default=list, help_text="Each condition, and whether it held.")
    did = models.JSONField(default=list, help_text="Each action; 'refused' says why one was not done.")
    in_circle = models.BooleanField(default=False)
    at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["ticket", "-id"], name="rule_run_ticket")]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "ticket", "anchor_at"],
                name="rule_run_once",
                condition=Q(anchor_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} on #{self.ticket_id}"
