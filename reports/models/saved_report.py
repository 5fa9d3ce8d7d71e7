from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from agents.models import Agent, Team
from agents.models.agent import validate_time_zone
from events.bus import emit
from reports.schedules import Schedule

MOST_TRIES = 8


class Span(models.TextChoices):
    YESTERDAY = "yesterday", _("Yesterday")
    LAST_WEEK = "last-week", _("Last week")
    LAST_MONTH = "last-month", _("Last month")
    SEVEN_DAYS = "7-days", _("The last 7 days")
    THIRTY_DAYS = "30-days", _("The last 30 days")


class Time(models.TextChoices):
    """In which time it is told how long things took."""

    CALENDAR = "", _("Calendar time")
    BUSINESS = "business", _("Business time")


class Cadence(models.TextChoices):
    NEVER = "", _("Not mailed")
    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("Every week")
    MONTHLY = "monthly", _("On the first of every month")


class SavedReport(models.Model):
    """What a lead wants to see again, and to whom it is mailed, and when. Each recipient gets the figures that he may
    see himself."""

    owner = models.ForeignKey(Agent, models.CASCADE, related_name="saved_reports")
    name = models.CharField(_("Name"), max_length=80)
    span = models.CharField(_("Days"), max_length=16, choices=Span, default=Span.LAST_WEEK)
    team = models.ForeignKey(
        Team, models.CASCADE, null=True, blank=True, verbose_name=_("Team"), related_name="+"
    )
    agent = models.ForeignKey(
        Agent, models.CASCADE, null=True, blank=True, verbose_name=_("Agent"), related_name="+"
    )
    source = models.SlugField(_("Channel"), max_length=24, blank=True)
    time = models.CharField(_("How long things took"), max_length=8, choices=Time, default="", blank=True)
    cadence = models.CharField(_("Mailed"), max_length=8, choices=Cadence, default="", blank=True)
    weekday = models.PositiveSmallIntegerField(_("Weekday"), default=0, help_text="0 is Monday.")
    hour = models.PositiveSmallIntegerField(_("At"), default=8)
    zone = models.CharField(_("Time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    recipients = models.ManyToManyField(Agent, related_name="reports_by_mail", verbose_name=_("Mailed to"))
    next_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ("name", "pk")
        indexes = [
            models.Index(fields=["next_at"], name="saved_report_next", condition=Q(next_at__isnull=False))
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def schedule(self) -> Schedule:
        return Schedule(self.cadence, self.weekday, self.hour, self.zone)

    def may_read(self, reader: Agent) -> bool:
        """Whether he may see figures at all, and those of its team."""
        if not (reader.is_active and reader.is_lead):
            return False
        return self.team_id is None or reader.sees_everything or self.team_id in reader.team_ids()

    # Verbs -------------------------------------------------------------------------------------------

    @transaction.atomic
    def keep(self, by: Agent, recipients: Iterable[Agent]) -> None:
        """Store it as it reads now; mailed from the next time on."""
        self.next_at = self.schedule.after(now()) if self.cadence else None
        self.save()
        self.recipients.set(recipients)
        emit("report.saved", self, actor=by, cadence=self.cadence)

    @transaction.atomic
    def remove(self, by: Agent) -> None:
        emit("report.removed", self, actor=by)
        self.delete()

    @transaction.atomic
    def unsubscribe(self, agent: Agent) -> None:
        """Nothing more of it is mailed to him, also what waits to be sent."""
        if self.recipients.filter(pk=agent.pk).exists():
            self.recipients.remove(agent)
            self.mails.filter(agent=agent, sent_at=None).delete()
            emit("report.unsubscribed", self, actor=agent)

    @classmethod
    def end(cls, owner_id: int) -> None:
        """Whoever had them mailed is no longer here: nothing is mailed in his name, not even when he comes back."""
        cls.objects.filter(owner=owner_id).update(cadence="", next_at=None)
        ReportMail.objects.filter(report__owner=owner_id, sent_at=None).delete()

    @classmethod
    @transaction.atomic
    def fall_due(cls, at: datetime) -> None:
        """Put the mails that are due into their rows: of several times that were missed, the last only. Two workers
        never take the same report."""
        due = cls.objects.select_for_update(skip_locked=True).filter(next_at__lte=at)
        for report in due:
            moment = report.schedule.latest(at)
            report.mails.filter(due_at__lt=moment).delete()
            ReportMail.objects.bulk_create(
                ReportMail(report=report, agent=agent, due_at=moment, next_try_at=at)
                for agent in report.recipients.all()
            )
            cls.objects.filter(pk=report.pk).update(next_at=report.schedule.after(at))


class ReportMail(models.Model):
    """One mail to one recipient: the row is the truth, and is locked while it is sent."""

    report = models.ForeignKey(SavedReport, models.CASCADE, related_name="mails")
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="+")
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, help_text="Empty: sent, or given up.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "agent", "due_at"], name="report_mail_once")]

    def __str__(self) -> str:
        return f"{self.report} to {self.agent}"

    def put_off(self) -> None:
        """The server did not take it: again later, some hours long."""
        self.tries += 1
        self.next_try_at = now() + timedelta(minutes=2**self.tries) if self.tries < MOST_TRIES else None
        self.save(update_fields=["tries", "next_try_at"])

    def mark_sent(self) -> None:
        self.sent_at, self.next_try_at = now(), None
        self.save(update_fields=["sent_at", "next_try_at"])
