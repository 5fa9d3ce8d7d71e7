"""Whoever wants to be asked no more says so with one click, in his mail program or on a page, and can take it back."""

import pytest
from django.core import mail
from django.test import Client

from csat.models import AskingRules, Survey
from events.models import Event
from tests.csat.test_survey import channel, solved, survey, wait
from tests.drain import drain
from tickets.models import Ticket

__all__ = ["channel", "solved", "survey"]
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def link() -> str:
    """Where the last mail leads whoever wants no more, as a mail program finds it."""
    message = mail.outbox[-1].message()
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = message["List-Unsubscribe"]
    assert (address[0], address[-1]) == ("<", ">")
    return address[1:-1]


def path() -> str:
    return "/" + link().split("/", 3)[3]


@pytest.fixture(autouse=True)
def no_pause(db):
    """What is asked here is asked for other reasons than how long ago the last question was."""
    AskingRules.objects.create(pk=1, pause_days=0)


@pytest.fixture
def again(dora, orders, ann):
    """Solve another ticket of hers. Whether she was asked about it."""

    def again() -> bool:
        ticket = Ticket.open(dora, orders, subject="Another lid", source="email")
        ticket.receive(dora, text="And this one?")
        ticket.solve(ann)
        before = len(mail.outbox)
        wait()
        return len(mail.outbox) > before

    return again


def test_only_questions_can_be_ended(solved, ticket, ann, channel):
    assert link().startswith("http://")
    assert link() in mail.outbox[-1].body
    assert link() in mail.outbox[-1].alternatives[0][0]
    other = Ticket.open(ticket.customer, ticket.team, subject="Another", source="email")
    other.reply(ann, text="We look into it.")
    drain(held=True)
    assert "List-Unsubscribe" not in mail.outbox[-1].message()


def test_a_mail_program_ends_them_with_one_post(survey, again):
    answer = Client(enforce_csrf_checks=True).post(path(), ONE_CLICK)
    assert answer.status_code == 200
    assert not again()
    assert Event.objects.filter(kind="survey.refused").count() == 1


def test_the_same_click_twice_is_one(survey):
    for _time in range(2):
        assert Client(enforce_csrf_checks=True).post(path(), ONE_CLICK).status_code == 200
    assert Event.objects.filter(kind="survey.refused").count() == 1


def test_looking_ends_nothing(survey, again, client):
    for method in (client.get, client.head, client.options):
        method(path())
    assert client.post(path(), {}).status_code == 200
    assert Survey.objects.get().refused_at is None
    assert again()


def test_the_page_says_what_is_and_takes_it_back(survey, again, client):
    address = path()
    assert "Ask me no more" in client.get(address).content.decode()
    assert "Ask me again" in client.post(address, ONE_CLICK).content.decode()
    assert not again()
    assert "Ask me no more" in client.post(address, {"undo": "yes"}).content.decode()
    assert again()


def test_what_was_planned_before_is_dropped(survey, dora, orders, ann):
    other = Ticket.open(dora, orders, subject="Another lid", source="email")
    other.receive(dora, text="And this one?")
    other.solve(ann)
    Client().post(path(), ONE_CLICK)
    before = len(mail.outbox)
    wait()
    assert len(mail.outbox) == before


def test_it_still_holds_when_two_customers_turn_out_to_be_one(survey, dora, eve, orders, ann):
    Client().post(path(), ONE_CLICK)
    eve.absorb(dora, by=ann)
    drain()
    assert Survey.objects.refused_by(eve.pk)


def test_others_are_asked_as_before(survey, eve, orders, ann):
    Client().post(path(), ONE_CLICK)
    other = Ticket.open(eve, orders, subject="Mine", source="email")
    other.receive(eve, text="Where is it?")
    other.solve(ann)
    wait()
    assert "eve@evil.example" in mail.outbox[-1].to[0]


def test_it_works_for_as_long_as_the_mail_lies_there(survey):
    Survey.objects.update(asked_at="2020-01-01T00:00:00Z")
    assert Client().post(path(), ONE_CLICK).status_code == 200
    assert Survey.objects.get().refused_at


def test_the_page_speaks_the_customers_language(dora, orders, ann, channel):
    dora.language = "ar"
    dora.save()
    ticket = Ticket.open(dora, orders, subject="غطاء مكسور", source="email")
    ticket.receive(dora, text="مرحبًا، وصل الغطاء مكسورًا وأريد بديلًا عنه من فضلكم.")
    ticket.solve(ann)
    wait()
    page = Client().get(path()).content.decode()
    assert '<html lang="ar" dir="rtl"' in page
