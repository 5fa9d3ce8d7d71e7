from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from events.bus import emit
from text.normalise import fold


class Tag(models.Model):
    """A word that tickets share. One spelling is kept of those that fold to the same."""

    name = models.CharField(_("name"), max_length=48)
    key = models.CharField(max_length=64, unique=True, editable=False)
    is_product = models.BooleanField(
        default=False,
        db_default=False,
        help_text="It names something that is sold: reports tell these apart.",
    )

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

    @transaction.atomic
    def name_product(self, is_product: bool, by: Any) -> None:
        """It names a product from now on, or no longer does."""
        if self.is_product != is_product:
            self.is_product = is_product
            self.save(update_fields=["is_product"])
            emit("tag.changed", self, actor=by, fields=["is_product"])
