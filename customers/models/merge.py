"""Two customers turn out to be one; and, when that was a mistake, two again."""

from __future__ import annotations

from collections.abc import Iterable
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

    def remember(self, what: str, ids: Iterable[int]) -> None:
        """Keep which rows of an upper room moved, for `undo`; called `@within` customer.merged."""
        self.moved[what] = sorted(ids)
        self.save(update_fields=["moved"])

    @transaction.atomic
    def undo(self, by: Any) -> None:
        """Give everything back that came with this merge. ValueError when one of the two was erased since, or when
        the one that was kept was merged on: that merge is undone first."""
        kept, gone = _lock(self.kept_id, self.gone_id)
        if kept.merged_into_id or kept.erased_at or gone.erased_at:
            raise ValueError(_("This cannot be undone: one of the two was erased, or merged again since."))
        if not Merge.objects.filter(pk=self.pk, undone_at=None).update(undone_at=now()):
            return
        Identity.objects.filter(pk__in=self.identities, customer=kept).update(customer=gone)
        gone.merged_into = None
        gone.save(update_fields=["merged_into"])
        emit("customer.unmerged", kept, actor=by, back=gone.pk, merge=self.pk)
        kept._reindex([])
        gone._reindex([])


@transaction.atomic
def merge(kept: Customer, gone: Customer, by: Any) -> Merge:
    if kept.pk == gone.pk:
        raise ValueError(_("A customer cannot be merged with himself."))
    kept, gone = _lock(kept.pk, gone.pk)
    if kept.merged_into_id or gone.merged_into_id or kept.erased_at or gone.erased_at:
        raise ValueError(_("One of the two was already merged, or erased."))
    identities = list(gone.identities.values_list("pk", flat=True))
    Identity.objects.filter(pk__in=identities).update(customer=kept)
    gone.merged_into = kept
    gone.save(update_fields=["merged_into"])
    record = Merge.objects.create(kept=kept, gone=gone, by_id=getattr(by, "pk", None), identities=identities)
    emit("customer.merged", kept, actor=by, gone=gone.pk, merge=record.pk)
    kept._reindex([])
    return record


def _lock(kept_id: int, gone_id: int) -> tuple[Customer, Customer]:
    """Both rows, locked in the order of their ids so that two merges never wait for each other. Their addresses come
    first, as they do when a message comes in; a chat that goes on locks the customer alone."""
    ids = [kept_id, gone_id]
    list(Identity.objects.select_for_update(no_key=True).filter(customer__in=ids).order_by("pk"))
    locked = Customer.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    both = {one.pk: one for one in locked}
    return both[kept_id], both[gone_id]
