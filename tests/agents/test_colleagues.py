"""Inviting, placing, letting go: an administrator's work with agents and teams."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from agents.models import Agent, LastAdministrator, Role, Team
from events.models import Event
from tickets.handover import deactivate
from tickets.models import Pile, Ticket

MEHDI = {"name": "Mehdi", "email": "Mehdi@shop.example", "role": "lead"}


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr("agents.views.agents.enqueue", lambda task, *args: task(*args))


def test_an_invitation_makes_an_agent_and_mails_a_link_to_choose_a_password(client, admin, orders):
    client.force_login(admin)
    assert client.post(reverse("agent-invitation"), MEHDI | {"teams": [orders.pk]}).url == reverse("agents")
    agent = Agent.objects.get(email="mehdi@shop.example")
    assert (agent.role, list(agent.teams.all()), agent.has_usable_password()) == ("lead", [orders], False)
    (letter,) = mail.outbox
    assert letter.to == ["mehdi@shop.example"]
    path = re.search(r"https?://[^/\s]+(/password/\S+)", letter.body)[1]
    guest = type(client)()
    form = guest.get(path, follow=True)
    guest.post(form.request["PATH_INFO"], {"password1": "seven brass lanterns"})
    assert Agent.objects.get(pk=agent.pk).check_password("seven brass lanterns")
    assert guest.get(path, follow=True).context["token_fail"]


def test_the_link_ends_with_its_time(client, admin, settings):
    client.force_login(admin)
    client.post(reverse("agent-invitation"), MEHDI)
    path = re.search(r"https?://[^/\s]+(/password/\S+)", mail.outbox[0].body)[1]
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert type(client)().get(path, follow=True).context["token_fail"]


def test_inviting_the_same_address_twice_makes_one_agent(client, admin):
    client.force_login(admin)
    client.post(reverse("agent-invitation"), MEHDI)
    assert client.post(reverse("agent-invitation"), MEHDI).status_code == 422
    assert Agent.objects.filter(email__iexact=MEHDI["email"]).count() == 1


def test_inviting_again_mails_only_those_without_a_password(client, admin, ann):
    client.force_login(admin)
    client.post(reverse("agent-invitation-again", args=[ann.pk]))
    assert mail.outbox == []


def test_a_name_cannot_smuggle_headers_into_the_invitation(client, admin):
    admin.change(admin, name="Adam\r\nBcc: eve@evil.example")
    client.force_login(admin)
    client.post(reverse("agent-invitation"), MEHDI)
    assert mail.outbox[0].recipients() == ["mehdi@shop.example"]
    assert "\n" not in mail.outbox[0].subject


def test_role_and_teams_are_set_together(client, admin, ann, orders, repairs):
    client.force_login(admin)
    client.post(reverse("agent", args=[ann.pk]), {"role": "lead", "teams": [repairs.pk]})
    ann = Agent.objects.get(pk=ann.pk)
    assert (ann.role, list(ann.teams.all())) == ("lead", [repairs])
    assert Event.objects.filter(kind="team.changed").count() == 2


def test_the_last_administrator_stays_one(client, admin, ann):
    client.force_login(admin)
    assert client.post(reverse("agent", args=[admin.pk]), {"role": "agent"}).status_code == 422
    assert client.post(reverse("agent-deactivation", args=[admin.pk])).status_code == 422
    assert Agent.objects.get(pk=admin.pk).is_administrator
    ann.change_role(Role.ADMINISTRATOR, admin)
    assert client.post(reverse("agent", args=[admin.pk]), {"role": "agent"}).status_code == 302


@pytest.fixture
def his(ann, dora, orders):
    """Three tickets of Ann's: open, snoozed, solved."""
    from datetime import timedelta

    from django.utils.timezone import now

    tickets = [
        Ticket.open(dora, orders, subject=word, source="email") for word in ("open", "snoozed", "solved")
    ]
    for ticket in tickets:
        ticket.assign(ann, ann)
    tickets[1].snooze(now() + timedelta(days=1), ann)
    tickets[2].solve(ann)
    return tickets


def test_who_leaves_hands_over_what_is_open(client, admin, ann, bea, his):
    client.force_login(admin)
    page = client.get(reverse("agent-deactivation", args=[ann.pk]))
    assert page.context["count"] == 2
    client.post(reverse("agent-deactivation", args=[ann.pk]), {"to": bea.pk})
    owners = [Ticket.objects.get(pk=ticket.pk).assignee for ticket in his]
    assert owners == [bea, bea, ann]
    assert not Agent.objects.get(pk=ann.pk).is_active
    assert Event.objects.get(kind="agent.deactivated").payload == {"handed_to": bea.pk, "tickets": 2}
    assert client.post(reverse("agent-deactivation", args=[ann.pk])).status_code == 404


def test_or_back_to_the_pile(admin, ann, his):
    assert deactivate(ann, admin, to=None) == 2
    assert Ticket.objects.filter(assignee=None).count() == 2


@pytest.mark.parametrize("comes_back", ["reply", "reopen", "pending", "not spam"])
def test_what_comes_back_later_is_nobodys(admin, ann, dora, his, comes_back):
    solved = his[2]
    if comes_back == "not spam":
        solved.reopen(ann)
        solved.mark_spam(ann)
    deactivate(ann, admin, to=None)
    ticket = Ticket.objects.get(pk=solved.pk)
    {
        "reply": lambda: ticket.receive(dora, text="It broke again."),
        "reopen": lambda: ticket.reopen(admin),
        "pending": lambda: ticket.wait(admin),
        "not spam": lambda: ticket.unmark_spam(admin),
    }[comes_back]()
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.pile) == (None, Pile.ACTIVE)
    told = Event.objects.of_ticket(ticket.pk).filter(kind="ticket.assigned").last()
    assert (told.payload["was"], told.payload["because"]) == (ann.pk, "left")


def test_a_hand_over_is_whole_or_not_at_all(admin, his):
    with pytest.raises(LastAdministrator):
        deactivate(admin, admin, to=his[0].assignee)
    assert Agent.objects.get(pk=admin.pk).is_active


def test_nobody_inactive_nor_himself_can_take_over(client, admin, ann, carl, his):
    carl.deactivate(admin, None, 0)
    client.force_login(admin)
    for taker in (ann, carl):
        assert client.post(reverse("agent-deactivation", args=[ann.pk]), {"to": taker.pk}).status_code == 422
    assert Agent.objects.get(pk=ann.pk).is_active


def test_somebody_who_left_is_let_in_again(client, admin, ann):
    ann.deactivate(admin, None, 0)
    client.force_login(admin)
    client.post(reverse("agent-reactivation", args=[ann.pk]))
    assert Agent.objects.get(pk=ann.pk).is_active


def test_a_team_is_founded_and_changed(client, admin, ann, bea):
    client.force_login(admin)
    client.post(reverse("team-new"), {"name": "Returns", "members": [ann.pk]})
    team = Team.objects.get(name="Returns")
    assert list(team.members.all()) == [ann]
    client.post(
        reverse("team", args=[team.pk]), {"name": "Repairs", "signature": "Yours", "members": [bea.pk]}
    )
    team.refresh_from_db()
    assert (team.name, team.signature, list(team.members.all())) == ("Repairs", "Yours", [bea])


def test_two_teams_of_one_name_are_refused(client, admin, orders, repairs):
    client.force_login(admin)
    assert client.post(reverse("team-new"), {"name": "Orders"}).status_code == 422
    assert client.post(reverse("team", args=[repairs.pk]), {"name": "Orders"}).status_code == 422


def test_changing_a_team_keeps_members_who_are_away_for_good(client, admin, ann, carl, orders):
    orders.members.add(carl)
    carl.deactivate(admin, None, 0)
    client.force_login(admin)
    client.post(reverse("team", args=[orders.pk]), {"name": "Orders", "members": [ann.pk]})
    assert set(orders.members.all()) == {ann, carl}


@pytest.mark.parametrize("page", ["agents", "teams"])
def test_more_people_take_no_more_queries(
    client, admin, orders, repairs, page, django_assert_max_num_queries
):
    from tests.conftest import hire

    client.force_login(admin)
    client.get(reverse(page))
    for number in range(12):
        hire(f"Agent{number}", orders if number % 2 else repairs)
    with django_assert_max_num_queries(6):
        assert client.get(reverse(page)).status_code == 200
