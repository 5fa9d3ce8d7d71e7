"""The question on a channel with buttons."""

import pytest

from channels_inbox.adapters.contract import Choice
from channels_inbox.choosing import choose
from channels_inbox.links import buttons
from channels_inbox.models import Envelope
from csat.models import Survey
from tests.csat.test_survey import wait
from tickets.models import Message


@pytest.fixture
def press(ticket, channel, ann):
    ticket.solve(ann)
    wait()
    envelope = Envelope.objects.outgoing().get()

    def press(value: str) -> Message | None:
        return choose(channel, Choice("email", "dora@customer.example", value, envelope_id=envelope.pk))

    return press


def test_a_face_is_the_rating_and_brings_thanks_with_a_way_to_say_more(press):
    assert press("rate:5")
    survey = Survey.objects.get()
    assert survey.score == 5
    thanks = Message.objects.get(purpose="thanks")
    assert "Thank you" in thanks.text
    (more,) = buttons(thanks, pressed=True)
    assert more.url.endswith(f"/rate/{survey.token}/")
    assert survey.token not in f"{thanks.text}{thanks.choices}", "agents see these"


def test_another_face_is_a_change_of_mind_and_is_thanked_for_once(press):
    for value in ("rate:5", "rate:1", "rate:5"):
        assert press(value)
    assert Survey.objects.get().score == 5
    assert Message.objects.filter(purpose="thanks").count() == 1


def test_a_comment_outlives_another_face(press, client):
    press("rate:2")
    token = Survey.objects.get().token
    client.post(f"/rate/{token}/", {"score": "2", "comment": "Late."})
    press("rate:3")
    assert (Survey.objects.get().score, Survey.objects.get().comment) == (3, "Late.")


def test_not_now_asks_no_more(press):
    assert press("rate:later")
    survey = Survey.objects.get()
    assert survey.score is None
    assert survey.declined_at
    assert not Message.objects.filter(purpose="thanks").exists()


def test_links_where_there_are_no_buttons(press):
    question = Message.objects.get(purpose="survey")
    assert [one.mark for one in buttons(question, pressed=False)] == ["😞", "🙁", "😐", "🙂", "😄"]
