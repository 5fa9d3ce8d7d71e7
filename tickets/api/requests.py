"""What programs may send about tickets: nothing but these fields."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from agents.api.strict import Strict
from agents.models import Agent, Team
from customers.api.serializers import NewCustomer
from customers.models import Customer
from events.prepared import Prepared
from tickets.api.serializers import PRIORITIES, PriorityField
from tickets.models import Attachment, MessageKind, Pile, Priority, Status

LONGEST_TEXT = 200_000
FIRST_KINDS = ["customer", "call", "reply"]
SETTABLE = [(status.value, status.label) for status in Status if status is not Status.NEW]


@extend_schema_field(OpenApiTypes.INT)
class TeamField(serializers.PrimaryKeyRelatedField):
    """One of the caller's own teams."""

    def get_queryset(self) -> Any:
        return Team.objects.visible_to(self.context["agent"])

    def to_internal_value(self, data: Any) -> Team:
        agent = self.context["agent"]
        known = type(data) is int and _team.first(data, agent.pk, sees_everything=agent.sees_everything)
        return known or super().to_internal_value(data)


@extend_schema_field(OpenApiTypes.INT)
class CustomerField(serializers.PrimaryKeyRelatedField):
    def get_queryset(self) -> Any:
        return Customer.objects.visible_to(self.context["agent"])


class AttachmentsField(serializers.ListField):
    """Tokens of files that the caller uploaded and nobody has sent yet."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=serializers.CharField(max_length=32), max_length=50, **options)

    def to_internal_value(self, data: Any) -> list[Attachment]:
        tokens = list(dict.fromkeys(super().to_internal_value(data)))
        loose = Attachment.objects.filter(uploaded_by=self.context["agent"], message=None, draft=None)
        found = {one.token: one for one in loose.filter(token__in=tokens).select_related("blob")}
        if missing := [token for token in tokens if token not in found]:
            raise ValidationError(
                [_("There is no upload of yours with the token %(token)s.") % {"token": missing[0]}]
            )
        return [found[token] for token in tokens]


class Words(Strict):
    text = serializers.CharField(max_length=LONGEST_TEXT)
    attachments = AttachmentsField(required=False)


class NewReply(Words):
    """To the customer. `then` is the status that follows."""

    to = serializers.ListField(child=serializers.EmailField(), required=False, max_length=50)
    cc = serializers.ListField(child=serializers.EmailField(), required=False, max_length=50)
    then = serializers.ChoiceField(SETTABLE, required=False)


class NewNote(Words):
    """Among agents. `mentions` are the ids of those who should look."""

    mentions = serializers.PrimaryKeyRelatedField(
        many=True, required=False, queryset=Agent.objects.filter(is_active=True)
    )

    def validate_mentions(self, agents: list[Agent]) -> list[int]:
        return [agent.pk for agent in agents]


class NewMessage(Words):
    """The customer's, brought by a program."""


class FirstMessage(Words):
    """`customer`: what the customer wrote, `call`: what he said on the phone, `reply`: what we write to him."""

    kind = serializers.ChoiceField(
        [(MessageKind.CUSTOMER, "customer"), (MessageKind.REPLY, "reply"), ("call", "call")]
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["kind"] == "call" and given.get("attachments"):
            raise ValidationError({"attachments": [_("A phone call has no files.")]})
        return given


class NewTicket(Strict):
    """Name the customer by `customer` (an id) or by `identity` (an address, new or known)."""

    subject = serializers.CharField(max_length=255)
    team = TeamField(help_text="One of your teams.")
    customer = CustomerField(required=False)
    identity = NewCustomer(required=False)
    message = FirstMessage()
    priority = PriorityField(default=Priority.NORMAL)
    tags = serializers.ListField(child=serializers.CharField(max_length=48), required=False, max_length=20)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if ("customer" in given) == ("identity" in given):
            raise ValidationError(
                {"customer": [_("Name the customer by id or by identity: one of the two.")]}
            )
        return given


class Seen(Strict):
    """What these fields were when you looked: a change that somebody made since is told, not overwritten."""

    subject = serializers.CharField(required=False)
    status = serializers.ChoiceField(Status.choices, required=False)
    priority = PriorityField(required=False)
    team = serializers.IntegerField(required=False)
    assignee = serializers.IntegerField(required=False, allow_null=True)


class TicketChange(Strict):
    """Each field by the same verb that the desk uses; several are changed together or not at all."""

    subject = serializers.CharField(max_length=255, required=False)
    status = serializers.ChoiceField(SETTABLE, required=False)
    priority = PriorityField(required=False)
    team = TeamField(required=False)
    assignee = serializers.PrimaryKeyRelatedField(
        queryset=Agent.objects.filter(is_active=True),
        required=False,
        allow_null=True,
        help_text="null: nobody.",
    )
    seen = Seen(required=False)


class Snooze(Strict):
    until = serializers.DateTimeField()


class NewTag(Strict):
    name = serializers.CharField(max_length=48)


class Nothing(Strict):
    """An empty body."""


class Upload(Strict):
    file = serializers.FileField(allow_empty_file=False)


class TagFilters(Strict):
    q = serializers.CharField(max_length=48, required=False, help_text="What the name begins with.")


class MessageFilters(Strict):
    kind = serializers.ChoiceField(MessageKind.choices, required=False)
    public = serializers.BooleanField(required=False, help_text="true: without notes.")


class TicketFilters(Strict):
    q = serializers.CharField(
        max_length=200, required=False, help_text="Words of its subject or messages; excludes other filters."
    )
    status = serializers.ChoiceField(Status.choices, required=False)
    pile = serializers.ChoiceField(Pile.choices, required=False)
    priority = serializers.ChoiceField(PRIORITIES, required=False)
    team = serializers.IntegerField(min_value=1, required=False)
    assignee = serializers.RegexField(
        r"^([1-9][0-9]{0,17}|none)$", required=False, help_text='An id, or "none".'
    )
    customer = serializers.IntegerField(min_value=1, required=False)
    source = serializers.SlugField(max_length=24, required=False)  # type: ignore[assignment]
    tag = serializers.CharField(max_length=48, required=False, help_text="Its name, in any spelling.")

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if "q" in given and len(given) > 1:
            raise ValidationError({"q": [_("Search by words, or filter: one of the two.")]})
        return given


@Prepared
def _team(pk: int, agent_id: int, *, sees_everything: bool) -> QuerySet[Team]:
    return Team.objects.open_to(agent_id, sees_everything=sees_everything).filter(pk=pk)
