from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from text.normalise import fold


class Tag(models.Model):
    """A word that tickets share. One spelling is kept of those that fold to the same."""

    name = models.CharField(_("name"), max_length=48)
    key = models.CharField(max_length=64, unique=True, editable=False)

    class Meta:
        ordering = ("key",)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def named(cls, name: str) -> Tag:
        """The tag of that name, made when new. ValueError when nothing is left of it."""
        name = " ".join(name.split())[:48]
        if not (key := fold(name)):
            raise ValueError(_("A tag needs a name."))
        return cls.objects.get_or_create(key=key[:64], defaults={"name": name})[0]
