from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from agents.models.agent import Agent


class PictureManager(models.Manager["Picture"]):
    def keep(self, agent: Agent, content: bytes) -> Picture:
        """Instead of the one he had."""
        self.filter(agent=agent).delete()
        return self.create(agent=agent, content=content)


def random_name() -> str:
    return secrets.token_urlsafe(16)


class Picture(models.Model):
    """What an agent looks like: a small JPEG of our own making, under a random name that changes with it."""

    name = models.CharField(max_length=32, primary_key=True, default=random_name, editable=False)
    agent = models.ForeignKey("agents.Agent", models.CASCADE, related_name="+")
    content = models.BinaryField()

    objects = PictureManager()

    def __str__(self) -> str:
        return self.name
