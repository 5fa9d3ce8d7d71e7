from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tickets.models.recorded import Recorded


class Grievance(models.TextChoices):
    """What a complaint is about."""

    PRODUCT = "product", pgettext_lazy("complaint", "The product")
    DELIVERY = "delivery", pgettext_lazy("complaint", "The delivery")
    BILLING = "billing", pgettext_lazy("complaint", "The price or the bill")
    WAITING = "waiting", pgettext_lazy("complaint", "Waiting too long")
    CONDUCT = "conduct", pgettext_lazy("complaint", "How we behaved")
    OTHER = "other", pgettext_lazy("complaint", "Something else")


class Complainable(Recorded):
    """Whether the customer complains, of what, and whether that is settled. Who has to answer by when is the business of
    a room above."""

    complaint = models.CharField(
        max_length=12,
        choices=Grievance,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="What it is about; empty: none.",
    )
    complaint_settled_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True

    @property
    def complains(self) -> bool:
        """It is a complaint that is not settled yet."""
        return bool(self.complaint) and self.complaint_settled_at is None

    @transaction.atomic
    def complain(self, about: str, by: Any) -> None:
        """Mark as a complaint, or say better what it is about; one that was settled begins anew. ValueError for no
        grievance."""
        if about not in Grievance.values:
            raise ValueError(_("Choose what the complaint is about."))
        self.lock()
        if (self.complaint, self.complaint_settled_at) != (about, None):
            self.complaint, self.complaint_settled_at = about, None
            self.changed("ticket.complained", by, "complaint", "complaint_settled_at", about=about)

    @transaction.atomic
    def withdraw_complaint(self, by: Any) -> None:
        """It was none after all."""
        self.lock()
        if self.complaint:
            self.complaint, self.complaint_settled_at = "", None
            self.changed("ticket.complaint_withdrawn", by, "complaint", "complaint_settled_at")

    @transaction.atomic
    def settle_complaint(self, by: Any) -> None:
        """The customer is content, or all was said. It stays known as a complaint."""
        self.lock()
        if self.complains:
            self.complaint_settled_at = now()
            self.changed("ticket.complaint_settled", by, "complaint_settled_at")
