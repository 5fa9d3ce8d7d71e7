"""Two customers turn out to be one; and, when that was a mistake, two again."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from customers.models.customer import Customer
from customers.models.identity import Identity
from events.bus import emit


class Merge(models.Model):
    """What moved from `gone` to `kept`, so that it can move back. Upper rooms move their own rows `@within` the event."""

    kept = models.ForeignKey(Customer, models.CASCADE, related_name="merges")
    gone = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    by_id = models.BigIntegerField(null=True)
    identities = models.JSONField(default=list, help_text="Ids of the identities that moved.")
    moved = models.JSONField(default=dict, help_text="What upper rooms moved, by their own names.")
    at = models.DateTimeField(default=now)
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.gone_id} → {self.kept_id}"

    @transaction.atomic
    def undo(self, by: Any) -> None:
        """Give everything back that came with this merge."""
        kept, gone = _lock(self.kept_id, self.gone_id)
        if not Merge.objects.filter(pk=self.pk, undone_at=None).update(undone_at=now()):
            return
        Identity.objects.filter(pk__in=self.identities, customer=kept).update(customer=gone)
        gone.merged_into = None
        gone.save(update_fields=["merged_into"])
        emit("customer.unmerged", kept, actor=by, back=gone.pk)
        kept._reindex([])
        gone._reindex([])


@transaction.atomic
def merge(kept: Customer, gone: Customer, by: Any) -> Merge:
    if kept.pk == gone.pk:
        raise ValueError(_("A customer cannot be merged with himself."))
    kept, gone = _lock(kept.pk, gone.pk)
    if kept.merged_into_id or gone.merged_into_id:
        raise ValueError(_("One of the two was already merged."))
    identities = list(gone.identities.values_list("pk", flat=True))
    Identity.objects.filter(pk__in=identities).update(customer=kept)
    gone.merged_into = kept
    gone.save(update_fields=["merged_into"])
    record = Merge.objects.create(kept=kept, gone=gone, by_id=getattr(by, "pk", None), identities=identities)
    emit("customer.merged", kept, actor=by, gone=gone.pk)
    kept._reindex([])
    return record


def _lock(kept_id: int, gone_id: int) -> tuple[Customer, Customer]:
    """Both rows, locked in the order of their ids so that two merges never wait for each other."""
    both = {
        one.pk: one
        for one in Customer.objects.select_for_update().filter(pk__in=[kept_id, gone_id]).order_by("pk")
    }
    return both[kept_id], both[gone_id]
