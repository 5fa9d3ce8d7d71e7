from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from agents.models.agent import Agent
from agents.models.team import Membership
from events.bus import emit
from events.prepared import Prepared


class Scope(models.TextChoices):
    READ = "read", _("Read")
    WRITE = "write", _("Write")
    ADMIN = "admin", _("Administer")


class TokenQuerySet(models.QuerySet["Token"]):
    def of_secret(self, secret: str) -> Token | None:
        """The live token of that secret, with its agent and his teams; looked up by digest, so nothing is compared in
        variable time."""
        token = _live.first(digest(secret))
        if token is not None:
            token.agent.own_team_ids = vars(token)["found"]
        return token


class Token(models.Model):
    """A program's key to the API, with the rights of its agent cut down to scopes. Only its digest is kept."""

    agent = models.ForeignKey(Agent, models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(
        max_length=8, editable=False, help_text="The secret's first letters, to tell tokens apart."
    )
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    @property
    def scope_labels(self) -> list[str]:
        """What it may do, in words."""
        return [str(Scope(scope).label) for scope in self.scopes if scope in Scope.values]

    @classmethod
    @transaction.atomic
    def issue(cls, agent: Agent, name: str, scopes: list[str], by: Any) -> tuple[Token, str]:
        """A new token and its secret, which is shown once and never again."""
        secret = f"fns_{secrets.token_urlsafe(32)}"
        token = cls.objects.create(
            agent=agent,
            name=name,
            scopes=sorted(Scope(scope) for scope in scopes),
            digest=digest(secret),
            hint=secret[:8],
        )
        emit("token.created", token, actor=by, name=name, scopes=token.scopes)
        return token, secret

    @transaction.atomic
    def revoke(self, by: Any) -> None:
        if Token.objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=now()):
            emit("token.revoked", self, actor=by, name=self.name)

    def used(self) -> None:
        """Note the use, at most once a minute."""
        recent = now().replace(second=0, microsecond=0)
        Token.objects.filter(Q(last_used_at=None) | Q(last_used_at__lt=recent), pk=self.pk).update(
            last_used_at=recent
        )


def digest(secret: str) -> str:
    """SHA-256 of the secret, hexadecimal; secrets are long and random, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


@Prepared
def _live(digest: str) -> models.QuerySet[Token]:
    live = Token.objects.filter(digest=digest, revoked_at=None, agent__is_active=True)
    return live.select_related("agent").annotate(found=Membership.teams_of("agent"))
