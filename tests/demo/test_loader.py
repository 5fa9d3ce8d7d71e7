"""The demo shop, loaded once into this process's real database; rolled back at the end."""

import json
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection, transaction
from django.utils.timezone import now

from agents.models import Agent, Workspace
from channels_inbox.models import Envelope, EnvelopeState
from customers.models import Customer
from events.models import Event, Receipt
from helpdesk.demo import loader
from tickets.models import Attachment, Delivery, Message, MessageKind, Pile, Status, Ticket
from tickets.search import search


@pytest.fixture(scope="module")
def waiting(django_db_setup, django_db_blocker):
    """The loaded shop; gives what waits for the commit."""
    with django_db_blocker.unblock(), transaction.atomic():
        loader.load()
        yield list(connection.run_on_commit)
        transaction.set_rollback(True)


@pytest.fixture
def shop(waiting):
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_every_view_has_something_to_show(shop):
    assert Customer.objects.count() == 64
    assert Agent.objects.count() == 6
    piles = Counter(Ticket.objects.values_list("pile", flat=True))
    assert piles == {Pile.ACTIVE: 86, Pile.SNOOZED: 9, Pile.DONE: 105, Pile.SPAM: 4}
    active = Counter(Ticket.objects.filter(pile=Pile.ACTIVE).values_list("status", flat=True))
    assert active == {Status.NEW: 12, Status.OPEN: 48, Status.PENDING: 20, Status.ON_HOLD: 6}
    assert Ticket.objects.filter(pile=Pile.ACTIVE, assignee=None).count() >= 20
    for agent in Agent.objects.all():
        assert Ticket.objects.filter(pile=Pile.ACTIVE, assignee=agent).exists()
    assert Ticket.objects.exclude(rating=None).count() > 40


def test_the_shop_runs_and_its_first_steps_are_behind_it(shop):
    administrator = Agent.objects.get(email="leila@mihbaj.example")
    assert not Workspace.offers_guide(administrator)
    assert Workspace.current().name == "Mihbaj"


def test_nothing_was_sent_and_nothing_queued(waiting, shop):
    assert waiting == []
    assert mail.outbox == []
    assert not Receipt.objects.exists()
    assert not Envelope.objects.filter(state__in=[EnvelopeState.PENDING, EnvelopeState.SENDING]).exists()
    assert not Message.objects.filter(delivery__in=[Delivery.QUEUED, Delivery.HELD]).exists()


def test_a_history_is_whole_and_in_order(shop):
    for ticket in Ticket.objects.prefetch_related("messages"):
        told = [(event.number, event.at) for event in Event.objects.of_ticket(ticket.pk)]
        told += [(message.number, message.created_at) for message in ticket.messages.all()]
        told.sort()
        assert [number for number, _at in told] == list(range(1, ticket.sequence + 1))
        assert all(earlier <= later for (_, earlier), (_, later) in pairwise(told))


def test_all_of_it_happened_in_the_last_five_weeks(shop):
    for model, field in [
        (Ticket, "created_at"),
        (Ticket, "updated_at"),
        (Message, "created_at"),
        (Event, "at"),
    ]:
        times = model.objects.values_list(field, flat=True)
        assert now() - timedelta(days=37) < min(times) <= max(times) < now()


def test_the_list_shows_the_last_word(shop):
    for ticket in Ticket.objects.all():
        spoken = ticket.messages.filter(kind__in=[MessageKind.CUSTOMER, MessageKind.REPLY]).order_by("number")
        last = spoken.last()
        assert ticket.preview[:40] in " ".join(last.text.split())
        assert ticket.activity_at == last.created_at
        assert ticket.last_by_customer == (last.kind == MessageKind.CUSTOMER)
        answered = spoken.filter(kind=MessageKind.REPLY).first()
        assert ticket.first_replied_at == (answered and answered.created_at)


def test_what_was_said_is_found_in_each_language(shop):
    leila = Agent.objects.get(email="leila@mihbaj.example")
    for words in ["descaling", "الفاتورة", "رسوب‌زدایی", "آسیاب"]:
        assert search(leila, words).tickets, words
    assert Customer.objects.matching("رنا عبيدات").exists()


def test_pictures_papers_and_marked_up_mail_are_there(shop):
    kinds = Counter(Attachment.objects.values_list("content_type", flat=True))
    assert kinds.keys() == {"image/png", "application/pdf", "text/plain"}
    attachment = Attachment.objects.filter(content_type="image/png").first()
    with attachment.blob.open() as file:
        assert file.read(4) == b"\x89PNG"
    assert Message.objects.exclude(html="").count() >= 2


def test_companies_are_those_of_the_shop(shop):
    rob = Customer.objects.of_identity("email", "rob@thirdrail.example")
    assert rob.company.name == "Third Rail Coffee"
    assert Customer.objects.of_identity("email", "zoe.lambert@example.com").company is None


def test_the_accounts_are_told_and_open_the_desk(shop, settings):
    accounts = json.loads((Path(settings.LOCAL_DIR) / "demo-accounts.json").read_text())
    assert len(accounts) == 6
    for account in accounts:
        agent = Agent.objects.get(email=account["email"])
        assert agent.check_password(account["password"])
        assert (agent.name, agent.role) == (account["name"], account["role"])


def test_loading_again_changes_nothing(shop, capsys):
    before = Ticket.objects.count(), Message.objects.count(), Event.objects.count(), Agent.objects.count()
    call_command("load_demo")
    assert "in use" in capsys.readouterr().out
    assert before == (
        Ticket.objects.count(),
        Message.objects.count(),
        Event.objects.count(),
        Agent.objects.count(),
    )
