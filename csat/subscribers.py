"""What this room does when something happened elsewhere, and where its choices lead."""

from django.conf import settings
from django.urls import reverse

from channels_inbox.links import ends, leads
from channels_inbox.wording import SURVEY
from csat.asking import NOT_NOW, PREFIX, plan, thank
from csat.following_up import follow_up
from csat.models import AskingRules, Survey
from events.bus import on, within
from events.models import Event
from tickets.models import Message, NotOffered, Ticket


@on("ticket.solved")
def ask_how_it_went(event: Event) -> None:
    assert event.ticket_id is not None
    by_hand = event.actor_kind in {"agent", "customer"}
    rules = AskingRules.current()
    if rules.is_on and (by_hand or rules.after_automatic):
        solver = event.actor_id if event.actor_kind == "agent" else None
        agent = event.payload["agent"] or solver
        plan(Ticket.objects.get(pk=event.ticket_id), agent, event.payload["because"])


@on("survey.answered")
def look_after_it(event: Event) -> None:
    """Whoever leads the team looks at what went wrong."""
    related = ("ticket__team", "ticket__customer", "follow_up__assignee")
    follow_up(Survey.objects.select_related(*related).get(pk=event.payload["survey"]))


@within("choice.made")
def take_rating(event: Event) -> None:
    """A button below the question was pressed: that is the answer, unless it comes too late."""
    prefix, _, pressed = event.payload["value"].partition(":")
    if prefix == PREFIX:
        survey = (
            Survey.objects.open().select_related("ticket__customer").filter(ticket=event.ticket_id).first()
        )
        if survey is None:
            raise NotOffered
        if event.payload["value"] == NOT_NOW:
            survey.decline()
        else:
            survey.answer(int(pressed))
            thank(survey)


@within("customer.erased")
def forget_comments(event: Event) -> None:
    Survey.objects.filter(ticket__customer=event.subject_id).update(comment="")


@leads(PREFIX)
def page_of(message: Message, pressed: str) -> str:
    """The page with that face chosen, or as it is for a comment. “Not now” needs no page."""
    if f"{PREFIX}:{pressed}" == NOT_NOW:
        return ""
    token = Survey.objects.values_list("token", flat=True).get(ticket=message.ticket_id)
    chosen = f"?score={pressed}" if pressed.isdecimal() else ""
    return f"{settings.PUBLIC_URL}{reverse('rate', args=[token])}{chosen}"


@ends(SURVEY)
def end_of_questions(message: Message) -> str:
    token = Survey.objects.filter(ticket=message.ticket_id).values_list("token", flat=True).first()
    return f"{settings.PUBLIC_URL}{reverse('questions-end', args=[token])}" if token else ""
