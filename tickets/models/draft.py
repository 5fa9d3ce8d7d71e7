from __future__ import annotations

from django.db import models

from agents.models import Agent
from tickets.models.message import Message
from tickets.models.states import MessageKind


class Draft(models.Model):
    """What an agent is writing on a ticket, kept as he types: one reply and one note each."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="drafts")
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=8, choices=[(MessageKind.REPLY, "reply"), (MessageKind.NOTE, "note")])
    text = models.TextField(blank=True)
    to = models.TextField(null=True, help_text="What stands in the field; null: whom the border proposes.")
    cc = models.TextField(null=True, help_text="As `to`.")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "agent", "kind"], name="draft_once")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.agent_id} on #{self.ticket_id}"

    @classmethod
    def keep(
        cls, ticket, agent: Agent, kind: str, text: str, to: str | None = None, cc: str | None = None
    ) -> Draft:
        """Store what stands in the composer now."""
        stands = {"text": text, "to": to, "cc": cc}
        return cls.objects.update_or_create(ticket=ticket, agent=agent, kind=kind, defaults=stands)[0]

    @classmethod
    def take_back(cls, message: Message) -> Draft:
        """A withdrawn reply's text and whom it was for, before whatever was typed since."""
        draft, made = cls.objects.get_or_create(
            ticket_id=message.ticket_id,
            agent=message.agent,
            kind=message.kind,
            defaults={"text": message.text},
        )
        if not made:
            draft.text = f"{message.text}\n\n{draft.text}".strip()
        draft.to, draft.cc = ", ".join(message.to) or None, ", ".join(message.cc)
        draft.save(update_fields=["text", "to", "cc", "updated_at"])
        return draft
