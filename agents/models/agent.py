from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from agents.models.picture import Picture
from agents.models.team import Membership, Team, agent_rights_changed
from events.bus import emit
from text.names import initials


class Role(models.TextChoices):
    AGENT = "agent", _("Agent")
    LEAD = "lead", _("Lead")
    SUPERVISOR = "supervisor", _("Supervisor")
    ADMINISTRATOR = "administrator", _("Administrator")


class Presence(models.TextChoices):
    ONLINE = "online", _("Online")
    AWAY = "away", _("Away")
    OFFLINE = "offline", _("Offline")


class Theme(models.TextChoices):
    SYSTEM = "system", _("As the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Mails(models.TextChoices):
    OFF = "off", _("Never")
    AWAY = "away", _("When I’m away")
    ALWAYS = "always", _("Always")


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("That is not a time zone."))


PLAIN = {"name", "language", "time_zone", "theme", "signature", "shortcuts", "sound", "mails"}


class LastAdministrator(Exception):
    """The desk needs one active administrator at least."""


class AgentManager(BaseUserManager["Agent"]):
    def of_address(self, address: str) -> models.QuerySet[Agent]:
        """Whose address it is, however its letters are written: one or none, at work or not."""
        return self.filter(email__iexact=address)

    def get_by_natural_key(self, username: str | None) -> Agent:
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Agent:
        agent = self.model(email=self.normalize_email(email).lower(), **fields)
        agent.set_password(password)
        agent.save(using=self._db)
        return agent

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Agent:
        return self.create_user(email, password, role=Role.ADMINISTRATOR, **fields)


class Agent(AbstractBaseUser):
    """Who answers. Signs in by email; sees his teams' tickets, those assigned to him and those he follows."""

    email = models.EmailField(_("email"), max_length=254)
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.AGENT)
    is_active = models.BooleanField(_("active"), default=True)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default="en")
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    theme = models.CharField(_("theme"), max_length=8, choices=Theme, default=Theme.SYSTEM)
    signature = models.TextField(_("signature"), blank=True)
    shortcuts = models.BooleanField(_("keyboard shortcuts"), default=True)
    sound = models.BooleanField(_("sound when something of mine comes in"), default=False)
    mails = models.CharField(
        _("told by mail when something of mine comes in"), max_length=8, choices=Mails, default=Mails.AWAY
    )
    presence = models.CharField(_("presence"), max_length=8, choices=Presence, default=Presence.OFFLINE)
    presence_by_hand = models.BooleanField(
        default=False, help_text="Chosen by the agent: stays until he changes it."
    )
    picture = models.CharField(
        max_length=32,
        blank=True,
        default="",
        editable=False,
        help_text="The name of his picture, if he shows one.",
    )
    unread_notices = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    seen_at = models.DateTimeField(null=True, editable=False, help_text="When a page of his was open last.")
    active_at = models.DateTimeField(null=True, editable=False, help_text="When he touched one last.")
    created_at = models.DateTimeField(auto_now_add=True)

    own_team_ids: list[int] | None = None
    """Of whoever asks, found in the query that found him; None otherwise."""

    objects = AgentManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(Lower("email"), name="agent_email_once")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        return initials(self.name)

    @property
    def picture_address(self) -> str | None:
        """Rooted at the desk's own origin; None for one who shows his initials."""
        return reverse("picture", args=[self.picture]) if self.picture else None

    # Rights ------------------------------------------------------------------------------------------

    @property
    def is_lead(self) -> bool:
        return self.role in {Role.LEAD, Role.SUPERVISOR, Role.ADMINISTRATOR}

    @property
    def sees_everything(self) -> bool:
        return self.role in {Role.SUPERVISOR, Role.ADMINISTRATOR}

    @property
    def is_administrator(self) -> bool:
        return self.is_active and self.role == Role.ADMINISTRATOR

    @classmethod
    def wishing_mail(cls) -> models.QuerySet[Agent]:
        """Active ones who wish to be told by mail at this moment."""
        away = models.Q(mails=Mails.AWAY) & ~models.Q(presence=Presence.ONLINE)
        return cls.objects.filter(away | models.Q(mails=Mails.ALWAYS), is_active=True)

    def team_ids(self) -> list[int]:
        """The teams whose tickets he may see; asked once per instance, or known with it."""
        if not hasattr(self, "_team_ids"):
            known = None if self.sees_everything or not self.is_active else self.own_team_ids
            if known is None:
                known = sorted(Team.objects.visible_to(self).values_list("pk", flat=True))
            self._team_ids = known
        return self._team_ids

    def tell(self, what: str) -> None:
        """Tell the pages of those who lead his teams that `what` of him changed."""
        from events.live import tell

        teams = Membership.objects.filter(agent=self).values_list("team_id", flat=True)
        tell(["everything.agents", *(f"team.{pk}.agents" for pk in teams)], {"agent": self.pk, "what": what})

    # Verbs -------------------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def invite(cls, email: str, name: str, role: str, teams: list[Team], by: Agent) -> Agent:
        """A new colleague, without a password until he follows the link that is mailed to him."""
        agent = cls.objects.create_user(
            email, name=name, role=Role(role), language=by.language, time_zone=by.time_zone
        )
        emit("agent.invited", agent, actor=by, role=agent.role)
        agent.set_teams(teams, by)
        return agent

    @transaction.atomic
    def change(self, by: Any, **facts: Any) -> None:
        """Set plain facts: name, language, time_zone, theme, signature, shortcuts, sound, mails."""
        unknown = facts.keys() - PLAIN
        if unknown:
            raise TypeError(f"not an agent's plain fact: {sorted(unknown)}")
        changed = [name for name, value in facts.items() if getattr(self, name) != value]
        if changed:
            for name in changed:
                setattr(self, name, facts[name])
            self.save(update_fields=changed)
            emit("agent.changed", self, actor=by, fields=sorted(changed))

    @transaction.atomic
    def show_picture(self, content: bytes | None, by: Any) -> None:
        """A picture that was drawn anew (agents/pictures.py), or none."""
        kept = Picture.objects.keep(self, content) if content else None
        if kept is None:
            Picture.objects.filter(agent=self).delete()
        self.picture = kept.name if kept else ""
        self.save(update_fields=["picture"])
        emit("agent.changed", self, actor=by, fields=["picture"])

    @transaction.atomic
    def change_password(self, password: str) -> None:
        """Every session that was opened with the old one ends, sockets included."""
        self.set_password(password)
        self.save(update_fields=["password"])
        emit("agent.changed", self, actor=self, fields=["password"])
        agent_rights_changed(self.pk)

    @transaction.atomic
    def change_role(self, role: str, by: Any) -> None:
        """Raises LastAdministrator rather than leave the desk without one."""
        if role != self.role:
            self._keep_one_administrator()
            self.role = Role(role)
            self.save(update_fields=["role"])
            emit("agent.changed", self, actor=by, fields=["role"])
            agent_rights_changed(self.pk)

    @transaction.atomic
    def set_teams(self, teams: list[Team], by: Any) -> None:
        """He belongs to exactly these teams from now on."""
        was, wanted = set(self.teams.all()), set(teams)
        if was == wanted:
            return
        self.teams.set(wanted)
        for team in sorted(was ^ wanted, key=lambda team: team.pk):
            emit("team.changed", team, actor=by, fields=["members"])
        agent_rights_changed(self.pk)

    def _keep_one_administrator(self) -> None:
        administrators = Agent.objects.select_for_update(no_key=True).filter(
            role=Role.ADMINISTRATOR, is_active=True
        )
        if {agent.pk for agent in administrators.order_by("pk")} == {self.pk}:
            raise LastAdministrator

    @transaction.atomic
    def be(self, presence: str, *, by_hand: bool) -> None:
        """Set the presence; one that was set by hand yields only to another one set by hand."""
        locked = Agent.objects.select_for_update(no_key=True).get(pk=self.pk)
        if locked.presence_by_hand and not by_hand:
            return
        chosen = by_hand and presence != Presence.ONLINE
        if (locked.presence, locked.presence_by_hand) != (presence, chosen):
            Agent.objects.filter(pk=self.pk).update(presence=presence, presence_by_hand=chosen, seen_at=now())
            emit("agent.presence_changed", self, actor=self, presence=presence, by_hand=by_hand)
            self.tell("presence")
        self.presence, self.presence_by_hand = presence, chosen

    def be_here(self, *, idle: bool) -> None:
        """A page of his is open. Who touches it is online; who does not is away in time, but not gone."""
        seen = {"seen_at": now()} if idle else {"seen_at": now(), "active_at": now()}
        Agent.objects.filter(pk=self.pk).update(**seen)
        if not idle:
            self.be(Presence.ONLINE, by_hand=False)
        elif Agent.objects.filter(pk=self.pk, presence=Presence.OFFLINE).exists():
            self.be(Presence.AWAY, by_hand=False)

    @transaction.atomic
    def reactivate(self, by: Any) -> None:
        if not self.is_active:
            self.is_active = True
            self.save(update_fields=["is_active"])
            emit("agent.reactivated", self, actor=by)

    @transaction.atomic
    def deactivate(self, by: Any, handed_to: Agent | None, tickets: int) -> None:
        """He can no longer sign in, by any session or token. Tickets are handed over by the caller, who says how many.
        Raises LastAdministrator rather than leave the desk without one."""
        if self.is_active:
            self._keep_one_administrator()
            self.is_active = False
            if self.presence != Presence.OFFLINE:
                emit("agent.presence_changed", self, actor=by, presence=Presence.OFFLINE, by_hand=False)
            self.presence, self.presence_by_hand = Presence.OFFLINE, False
            self.save(update_fields=["is_active", "presence", "presence_by_hand"])
            self.tokens.filter(revoked_at=None).update(revoked_at=now())
            emit("agent.deactivated", self, actor=by, handed_to=handed_to and handed_to.pk, tickets=tickets)
            agent_rights_changed(self.pk)
