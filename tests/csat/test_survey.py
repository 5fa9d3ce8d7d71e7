"""The customer is asked once, in his language, and looking never votes."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.db.models import F
from django.test import Client
from django.utils.timezone import now

from channels_inbox.models import Channel
from csat.asking import ask
from csat.models import CHANGEABLE, Survey
from customers.models import Customer
from events.models import Event
from tests.drain import drain
from tickets.models import Message, MessageKind, Ticket


@pytest.fixture
def channel(orders) -> Channel:
    return Channel.objects.create(kind="email", name="Care", team=orders, address="care@shop.example")


@pytest.fixture
def solved(ticket, channel, ann) -> Ticket:
    ticket.assign(ann, ann)
    ticket.solve(ann)
    wait()
    return ticket


@pytest.fixture
def survey(solved) -> Survey:
    return Survey.objects.get(ticket=solved)


def wait(seconds: int = settings.SURVEY_WAIT_SECONDS) -> None:
    """Let the time pass after which the customer is asked."""
    drain()
    passed = timedelta(seconds=seconds)
    Ticket.objects.update(solved_at=F("solved_at") - passed)
    Survey.objects.update(ask_at=F("ask_at") - passed)
    drain()


def page(survey: Survey) -> str:
    return f"/rate/{survey.token}/"


# Asking --------------------------------------------------------------------------------------------------


def test_solving_asks_once_by_mail(solved, ann, orders):
    survey = Survey.objects.get()
    assert (survey.agent, survey.team) == (ann, orders)
    text = mail.outbox[0].body
    links = re.findall(r"http://\S+/rate/\S+", text)
    assert [link.rpartition("=")[2] for link in links] == ["1", "2", "3", "4", "5"]
    assert all(f"/rate/{survey.token}/?score=" in link for link in links)
    assert mail.outbox[0].extra_headers["Auto-Submitted"] == "auto-generated"
    assert Event.objects.filter(kind="survey.asked").count() == 1
    solved.reopen(ann)
    solved.solve(ann)
    wait()
    assert len(mail.outbox) == 1


def test_nothing_is_on_its_way_while_solving_can_be_undone(ticket, channel, ann):
    ticket.solve(ann)
    wait(settings.SURVEY_WAIT_SECONDS - 2)
    assert not mail.outbox
    assert not Message.objects.filter(kind=MessageKind.NOTICE).exists()
    wait(3)
    assert len(mail.outbox) == 1


def test_solved_taken_back_and_solved_again_asks_once_and_waits_anew(ticket, channel, ann, bea):
    ticket.solve(ann)
    wait(30)
    ticket.restore_status("open", ann)
    ticket.solve(bea)
    wait(40)
    assert not mail.outbox
    wait(30)
    assert len(mail.outbox) == 1
    wait()
    assert len(mail.outbox) == 1
    assert Event.objects.filter(kind="survey.asked").count() == 1


@pytest.mark.parametrize("meanwhile", ["reopened", "answered", "spam"])
def test_dropped_for_good_when_something_happened_meanwhile(ticket, channel, ann, dora, meanwhile):
    ticket.solve(ann)
    drain()
    if meanwhile == "spam":
        ticket.mark_spam(ann)
    elif meanwhile == "reopened":
        ticket.reopen(ann)
    else:
        ticket.receive(dora, text="It still leaks, I am afraid.")
    wait()
    assert not mail.outbox
    survey = Survey.objects.get()
    assert (survey.ask_at, survey.asked_at) == (None, None)


def test_a_thanks_in_the_first_minute_only_puts_it_off(ticket, channel, ann, dora):
    ticket.solve(ann)
    drain()
    ticket.receive(dora, text="Thanks!")
    wait()
    assert not mail.outbox
    ticket.solve(ann)
    wait()
    assert len(mail.outbox) == 1


def test_however_often_it_is_tried_it_is_asked_once(ticket, channel, ann):
    ticket.solve(ann)
    drain()
    Ticket.objects.update(solved_at=now() - timedelta(hours=1))
    survey = Survey.objects.select_related("ticket").get()
    stale = Survey.objects.select_related("ticket").get()
    for one in (survey, stale, survey):
        ask(one)
    drain()
    assert len(mail.outbox) == 1


def test_the_due_are_handed_out_one_worker_at_a_time(ticket, channel, ann):
    ticket.solve(ann)
    drain()
    assert Survey.objects.claim_due(10) == []
    Survey.objects.update(ask_at=now())
    survey = Survey.objects.get()
    assert Survey.objects.claim_due(10) == [survey.pk]
    assert Survey.objects.claim_due(10) == [], "it is left alone for a while"
    Survey.objects.update(ask_at=now())
    assert Survey.objects.claim_due(10) == [survey.pk], "but not for ever"


def test_agents_cannot_press_for_the_customer(solved):
    """What the desk and the API show of the question holds no key to the answer."""
    notice = Message.objects.get(kind=MessageKind.NOTICE)
    token = Survey.objects.get().token
    values = [choice["value"] for choice in notice.choices]
    assert values == [*(f"rate:{score}" for score in (1, 2, 3, 4, 5)), "rate:later"]
    assert token not in f"{notice.text}{notice.html}{notice.choices}"


@pytest.mark.parametrize(
    ("language", "word"), [("ar", "ممتاز"), ("fa", "عالی"), ("en", "Excellent"), ("fr", "Excellent")]
)
def test_in_the_customers_language(dora, orders, ann, channel, language, word):
    ticket = Ticket.open(dora, orders, subject="Lid", source="email", language=language)
    ticket.receive(dora, text="…")
    ticket.solve(ann)
    wait()
    assert f"😄 {word}: http" in mail.outbox[0].body


@pytest.mark.parametrize(
    "why", ["spam", "no address", "a machine's", "only a machine wrote", "a call without mail", "reopened"]
)
def test_not_asked_when_it_makes_no_sense(dora, orders, ann, channel, why):
    customer = (
        Customer.identify("phone", "+966500000001") if why in {"no address", "a call without mail"} else dora
    )
    ticket = Ticket.open(customer, orders, subject="Lid", source="email")
    ticket.receive(customer, text="Hello", automatic=why == "only a machine wrote")
    if why == "spam":
        ticket.mark_spam(ann)
    if why == "a machine's":
        ticket.receive(customer, text="I am away", automatic=True)
    ticket.solve(ann)
    if why == "reopened":
        ticket.reopen(ann)
    wait()
    assert not Survey.objects.exclude(asked_at=None).exists()
    assert not mail.outbox


def test_not_asked_again_after_a_mere_thanks(solved, dora, ann):
    mail.outbox.clear()
    solved.receive(dora, text="Thanks!")
    solved.solve(ann)
    wait()
    assert not mail.outbox


# Answering -----------------------------------------------------------------------------------------------


def test_looking_never_votes(survey, client):
    for _ in range(3):
        response = client.get(page(survey), {"score": "5"})
        assert response.status_code == 200
    client.head(page(survey), {"score": "1"})
    survey.refresh_from_db()
    assert (survey.score, survey.ticket.rating) == (None, None)
    assert 'value="5" required checked' in response.content.decode()


def test_an_answer_stands_on_the_ticket(survey, client):
    response = client.post(page(survey), {"score": "4", "comment": "Quick, but the lid was late."})
    assert (response.status_code, response["Location"]) == (302, page(survey))
    ticket = Ticket.objects.get()
    assert (ticket.rating, ticket.rating_comment) == (4, "Quick, but the lid was late.")
    assert "Quick, but the lid was late." in client.get(page(survey)).content.decode()


def test_the_same_answer_again_changes_nothing_another_one_does(survey, client):
    for score in ("4", "4", "2"):
        client.post(page(survey), {"score": score, "comment": ""})
    assert Ticket.objects.get().rating == 2
    answers = Event.objects.filter(kind="survey.answered").order_by("pk")
    assert [event.payload["changed"] for event in answers] == [False, True]


def test_after_two_weeks_it_cannot_be_changed(survey, client):
    Survey.objects.update(asked_at=now() - CHANGEABLE - timedelta(minutes=1))
    assert client.post(page(survey), {"score": "1"}).status_code == 404
    assert Ticket.objects.get().rating is None


def test_wrong_and_ended_links_look_the_same(survey, client):
    wrong = client.get("/rate/guessed-token-guessed-token-gues/")
    Survey.objects.update(asked_at=now() - CHANGEABLE)
    ended = client.get(page(survey))
    assert wrong.status_code == ended.status_code == 404
    assert wrong.content == ended.content


@pytest.mark.parametrize("score", ["", "0", "6", "-1", "five", "4.5"])
def test_what_is_no_score_is_refused_kindly(survey, client, score):
    response = client.post(page(survey), {"score": score, "comment": "kept"})
    assert response.status_code == 422
    assert "kept" in response.content.decode()
    survey.refresh_from_db()
    assert survey.score is None


def test_a_comment_is_words_never_markup(survey, client):
    client.post(page(survey), {"score": "1", "comment": "</textarea><script>alert(1)</script>"})
    assert b"<script>alert" not in client.get(page(survey)).content


def test_it_is_for_nobody_elses_eyes(survey, client):
    response = client.get(page(survey))
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "same-origin", "no-referrer would send the form with Origin: null"
    assert "no-store" in response["Cache-Control"]


def test_other_sites_cannot_vote(survey):
    strict = Client(enforce_csrf_checks=True)
    strict.get(page(survey))
    assert strict.post(page(survey), {"score": "1"}).status_code == 403


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("fa", "rtl"), ("en", "ltr")])
def test_the_page_speaks_the_customers_language_not_the_browsers(survey, client, language, direction):
    Ticket.objects.update(language=language)
    html = client.get(page(survey), headers={"accept-language": "de"}).content.decode()
    assert f'<html lang="{language}" dir="{direction}"' in html
