"""Tickets and messages as programs see them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agents.api.serializers import AgentRef, TeamRef
from customers.api.serializers import CustomerRef
from tickets.models import Attachment, Message, Priority, Tag, Ticket

AUTHORS = ["agent", "customer", "system"]
PRIORITIES = [(choice.name.lower(), choice.label) for choice in Priority]


class PriorityField(serializers.ChoiceField):
    """A priority by its word, such as "high"."""

    def __init__(self, **options: Any) -> None:
        super().__init__(PRIORITIES, **options)

    def to_internal_value(self, data: Any) -> Any:
        return Priority[super().to_internal_value(data).upper()]

    def to_representation(self, value: Any) -> str:
        return Priority(value).name.lower()


class TagSerializer(serializers.ModelSerializer):
    class Meta:
        model = Tag
        fields = ("id", "name")
        read_only_fields = fields


class TicketSerializer(serializers.ModelSerializer):
    team = TeamRef(read_only=True)
    assignee = AgentRef(read_only=True, allow_null=True)
    customer = CustomerRef(read_only=True)
    tags = TagSerializer(many=True, read_only=True)
    priority = PriorityField(read_only=True)

    class Meta:
        model = Ticket
        fields = (
            "id", "subject", "status", "priority", "pile", "source", "language", "team", "assignee", "customer", "tags",
            "preview", "unread", "last_by_customer", "rating", "rating_comment", "reopened_count", "follow_up_of",
            "snoozed_until", "waiting_since", "first_replied_at", "solved_at", "closed_at", "spam_at", "activity_at",
            "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = fields


class AttachmentSerializer(serializers.ModelSerializer):
    size = serializers.SerializerMethodField(help_text="Bytes; null when the content was redacted.")

    class Meta:
        model = Attachment
        fields = ("token", "name", "content_type", "size", "inline", "created_at")
        read_only_fields = fields

    def get_size(self, attachment: Attachment) -> int | None:
        return attachment.blob.size if attachment.blob else None


class AuthorSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(AUTHORS)
    id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()


class MessageSerializer(serializers.ModelSerializer):
    author = serializers.SerializerMethodField()
    public = serializers.BooleanField(
        source="is_public", help_text="False for notes, which no customer sees."
    )
    attachments = AttachmentSerializer(many=True, read_only=True)

    class Meta:
        model = Message
        fields = (
            "id", "ticket", "number", "kind", "public", "author", "text", "html", "quoted", "to", "cc", "automatic",
            "purpose", "flags", "delivery", "delivery_error", "send_at", "redacted_at", "created_at", "attachments",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(AuthorSerializer)
    def get_author(self, message: Message) -> dict[str, Any]:
        if message.agent is not None:
            return {"kind": "agent", "id": message.agent.pk, "name": message.agent.name}
        if message.customer is not None:
            return {"kind": "customer", "id": message.customer.pk, "name": message.customer.display_name}
        return {"kind": "system", "id": None, "name": ""}
