"""Buttons below a message of ours, and the customer's pressing one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models, transaction

from customers.models import Customer

if TYPE_CHECKING:
    from tickets.models.ticket import Ticket

LONGEST_VALUE = 64


class NotOffered(Exception):
    """The choice is not among the message's, or is not open any more. Whoever listens `@within("choice.made")`
    raises it to refuse a choice: then nothing was chosen."""


class Choosable(models.Model):
    """A message that may offer something to choose, in nobody's format."""

    choices = models.JSONField(
        default=list,
        help_text="Buttons: [{'value': …, 'label': …}]. 'mark': a sign, such as a face, where there is little room; "
        "those with one are shown in a row, and its ends are labelled. 'opens': it leads to a page of ours.",
    )
    chosen = models.CharField(
        max_length=LONGEST_VALUE, blank=True, help_text="Of the choices, the one that was pressed last."
    )

    ticket: models.ForeignKey[Ticket, Ticket]

    class Meta:
        abstract = True

    @transaction.atomic
    def choose(self, value: str, by: Customer) -> bool:
        """He pressed that one. False when it was chosen already. NotOffered when he cannot."""
        self.ticket.lock()
        self.refresh_from_db(fields=["choices", "chosen"])
        if all(one["value"] != value or one.get("opens") for one in self.choices):
            raise NotOffered
        if self.chosen == value:
            return False
        self.chosen = value
        self.save(update_fields=["chosen"])
        self.ticket.changed("choice.made", by, message=self.pk, value=value)
        return True
