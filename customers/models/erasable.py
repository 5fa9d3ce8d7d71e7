from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils.timezone import now

from events.bus import emit

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from customers.models.company import Company
    from customers.models.customer import Customer
    from customers.models.identity import Identity


class Erasable(models.Model):
    """Forgetting a person: what remains is that someone was here, and what was done about it."""

    erased_at = models.DateTimeField(null=True, editable=False)

    name: models.CharField[str, str]
    notes: models.TextField[str, str]
    language: models.CharField[str, str]
    time_zone: models.CharField[str, str]
    search_text: models.TextField[str, str]
    company: models.ForeignKey[Company | None, Company | None]
    identities: RelatedManager[Identity]
    absorbed: RelatedManager[Customer]

    class Meta:
        abstract = True

    @transaction.atomic
    def erase(self, by: Any) -> None:
        """Forget him, and everyone merged into him, for good. Upper rooms forget `@within` the event what they
        hold of him; his addresses still stand while they do. Merges that he took part in cannot be undone any more."""
        list(self.identities.select_for_update(no_key=True).order_by("pk"))
        self.refresh_from_db(from_queryset=type(self)._default_manager.select_for_update(no_key=True))
        if self.erased_at is not None:
            return
        for absorbed in self.absorbed.order_by("pk"):
            absorbed.erase(by)
        emit("customer.erased", self, actor=by)
        self.identities.all().delete()
        self.name = self.notes = self.language = self.time_zone = self.search_text = ""
        self.company, self.erased_at = None, now()
        self.save()
