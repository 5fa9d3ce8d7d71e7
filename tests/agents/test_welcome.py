"""An empty desk is claimed once."""

from threading import Barrier, Thread

import pytest
from django.db import connection
from django.urls import reverse

from agents.models import Agent, Role
from agents.views.welcome import claim

FIRST = {"name": "Yara", "email": "Yara@shop.example", "password": "lamp oil three wicks"}


@pytest.mark.django_db
def test_signing_in_to_an_empty_desk_leads_to_the_welcome(client):
    assert client.get(reverse("account_login")).url == reverse("welcome")


@pytest.mark.django_db
def test_whoever_opens_it_first_is_its_administrator_and_led_to_the_first_steps(client):
    assert client.post(reverse("welcome"), FIRST).url == reverse("first-steps")
    agent = Agent.objects.get()
    assert (agent.email, agent.role) == ("yara@shop.example", Role.ADMINISTRATOR)
    assert client.session["_auth_user_id"] == str(agent.pk)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"password": "short"}, {"password": "yara@shop.example"}, {"email": "nope"}, {"name": ""}]
)
def test_it_insists_on_a_name_an_address_and_a_good_password(client, wrong):
    assert client.post(reverse("welcome"), FIRST | wrong).status_code == 422
    assert not Agent.objects.exists()


def test_it_is_closed_as_soon_as_there_is_an_administrator(client, admin):
    assert client.get(reverse("welcome")).url == reverse("account_login")
    client.post(reverse("welcome"), FIRST)
    assert list(Agent.objects.all()) == [admin]


def test_it_stays_closed_when_the_administrator_is_not_active(client, admin):
    Agent.objects.update(is_active=False)
    client.post(reverse("welcome"), FIRST)
    assert list(Agent.objects.all()) == [admin]


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_wins():
    start, won = Barrier(4), []

    def race(number: int) -> None:
        start.wait()
        won.append(claim(f"Agent {number}", f"{number}@shop.example", FIRST["password"]))
        connection.close()

    threads = [Thread(target=race, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Agent.objects.count() == 1
    assert len([agent for agent in won if agent]) == 1
