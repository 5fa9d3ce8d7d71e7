"""What this room does when something happened elsewhere, and where its choices lead."""

from django.conf import settings
from django.urls import reverse

from channels_inbox.links import ends, leads
from channels_inbox.wording import SURVEY
from csat.asking import plan
from csat.models import Survey
from events.bus import on, within
from events.models import Event
from tickets.models import Message, NotOffered, Ticket


@on("ticket.solved")
def ask_how_it_went(event: Event) -> None:
    assert event.ticket_id is not None
    plan(Ticket.objects.get(pk=event.ticket_id), event.payload["agent"], event.payload["because"])


@within("choice.made")
def take_rating(event: Event) -> None:
    """A button below the question was pressed: that is the answer, unless it comes too late."""
    prefix, _, score = event.payload["value"].partition(":")
    if prefix == "rate":
        survey = Survey.objects.open().filter(ticket=event.ticket_id).first()
        if survey is None:
            raise NotOffered
        survey.answer(int(score), survey.comment)


@within("customer.erased")
def forget_comments(event: Event) -> None:
    Survey.objects.filter(ticket__customer=event.subject_id).update(comment="")


@leads("rate")
def page_of(message: Message, score: str) -> str:
    token = Survey.objects.values_list("token", flat=True).get(ticket=message.ticket_id)
    return f"{settings.PUBLIC_URL}{reverse('rate', args=[token])}?score={score}"


@ends(SURVEY)
def end_of_questions(message: Message) -> str:
    token = Survey.objects.filter(ticket=message.ticket_id).values_list("token", flat=True).first()
    return f"{settings.PUBLIC_URL}{reverse('questions-end', args=[token])}" if token else ""
