"""A low rating becomes somebody's work."""

import pytest
from django.core import mail

from csat.models import Survey
from tests.conftest import hire
from tests.csat.test_survey import wait
from tests.drain import drain
from tickets.models import MessageKind, Priority, Ticket


@pytest.fixture
def survey(ticket, channel, ann, bea) -> Survey:
    ticket.assign(ann, ann)
    ticket.solve(ann)
    wait()
    mail.outbox.clear()
    return Survey.objects.get()


def rate(survey: Survey, score: int, comment: str = "") -> None:
    Survey.objects.get(pk=survey.pk).answer(score, comment)
    drain()


def follow_ups() -> list[Ticket]:
    return list(Ticket.objects.exclude(follow_up_of=None))


@pytest.mark.parametrize("score", [1, 2])
def test_a_low_rating_is_the_leads_to_look_at(survey, ticket, bea, score):
    rate(survey, score, "Nobody called me back.")
    (follow_up,) = follow_ups()
    assert (follow_up.assignee, follow_up.team, follow_up.follow_up_of) == (bea, ticket.team, ticket)
    assert (follow_up.priority, follow_up.preview) == (Priority.HIGH, "Nobody called me back.")
    note = follow_up.messages.get()
    assert (note.kind, note.agent) == (MessageKind.NOTE, None)
    assert f"#{ticket.pk} with {score} of 5" in note.text
    assert "Nobody called me back." in note.text
    assert not mail.outbox, "the customer hears nothing of it"
    ticket.refresh_from_db()
    assert ticket.is_done, "what was rated stays as it was"


@pytest.mark.parametrize("score", [3, 4, 5])
def test_others_are_nobodys_work(survey, score):
    rate(survey, score)
    assert follow_ups() == []


def test_there_is_one_however_often_the_mind_is_changed(survey):
    for score, comment in [(2, ""), (1, ""), (1, "So late!"), (5, "So late!"), (5, "So late!")]:
        rate(survey, score, comment)
    (follow_up,) = follow_ups()
    said = list(follow_up.messages.order_by("number").values_list("text", flat=True))
    assert [text.split(" with ")[1] for text in said] == [
        "2 of 5.",
        "1 of 5.",
        "1 of 5.\n\nSo late!",
        "5 of 5.\n\nSo late!",
    ]


def test_its_answer_reaches_the_customer_on_the_same_thread(survey, dora, bea):
    rate(survey, 1)
    (follow_up,) = follow_ups()
    follow_up.reply(bea, text="I am sorry, Dora.")
    drain(held=True)
    assert "dora@customer.example" in mail.outbox[-1].to[0]


def test_who_was_rated_does_not_judge_himself(ticket, channel, bea):
    ticket.assign(bea, bea)
    ticket.solve(bea)
    wait()
    rate(Survey.objects.get(), 1)
    assert follow_ups()[0].assignee is None


def test_in_the_leads_own_words(ticket, channel, ann, orders):
    lead = hire("Layla", orders, "lead", language="ar")
    ticket.solve(ann)
    wait()
    rate(Survey.objects.get(), 2)
    (follow_up,) = follow_ups()
    assert follow_up.assignee == lead
    assert "rated" not in follow_up.messages.get().text
