from __future__ import annotations

from typing import Any

from django.db import models, transaction

from tickets.models.recorded import Recorded
from tickets.models.tag import Tag


class Taggable(Recorded):
    """What it is about, in words that tickets share."""

    tags = models.ManyToManyField(Tag, related_name="tickets", blank=True)

    class Meta:
        abstract = True

    @transaction.atomic
    def tag(self, name: str, by: Any) -> Tag:
        tag = Tag.named(name)
        self.lock()
        if not self.tags.filter(pk=tag.pk).exists():
            self.tags.add(tag)
            self.changed("ticket.tagged", by, tag=tag.pk)
        return tag

    @transaction.atomic
    def untag(self, tag: Tag, by: Any) -> None:
        self.lock()
        if self.tags.filter(pk=tag.pk).exists():
            self.tags.remove(tag)
            self.changed("ticket.untagged", by, tag=tag.pk)
