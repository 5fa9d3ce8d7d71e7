"""The command that fills the desk, and when it does not."""

from itertools import islice

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from agents.models import Agent
from customers.models import Customer
from helpdesk.demo import loader, story
from tickets.models import Blob, Ticket


@pytest.fixture(autouse=True)
def three_conversations(monkeypatch):
    monkeypatch.setattr(loader, "conversations", lambda: islice(story.conversations(), 3))


@pytest.mark.django_db
def test_an_empty_desk_is_filled(capsys):
    call_command("load_demo")
    assert "3 demo tickets" in capsys.readouterr().out
    assert Ticket.objects.count() == 3


@pytest.mark.django_db
def test_a_desk_in_use_is_left_alone(ann, capsys):
    call_command("load_demo")
    assert "in use" in capsys.readouterr().out
    assert list(Agent.objects.all()) == [ann]


@pytest.mark.django_db(transaction=True)
def test_reset_empties_the_desk_and_loads_anew(ticket, capsys):
    lid = Blob.of(b"a photo of a lid")
    call_command("load_demo", "--reset")
    assert "3 demo tickets" in capsys.readouterr().out
    assert not Customer.objects.filter(name="Dora").exists()
    assert not default_storage.exists(lid.path)
    assert min(Ticket.objects.values_list("pk", flat=True)) == 10001


@pytest.mark.django_db
def test_a_production_desk_is_left_alone(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("load_demo")
    assert not Agent.objects.exists()


@pytest.mark.django_db
def test_unless_it_is_insisted(settings):
    settings.PRODUCTION = True
    call_command("load_demo", "--force")
    assert Ticket.objects.count() == 3
