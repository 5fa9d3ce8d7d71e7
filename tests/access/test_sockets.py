"""Real sockets on a real server: who may connect, and which names each of them receives."""

import json
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.test import Client
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from agents.models import Agent, Role
from automation.models import Ability
from events.hub import Hub
from tests.access.test_matrix import SIGN_IN
from tests.conftest import hire
from tests.servers.asgi import served
from tests.waiting import until
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)
NOT_SIGNED_IN, RIGHTS_CHANGED = 4401, 4403


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    from helpdesk.asgi import application

    with served(application, ws="websockets-sansio") as port:
        yield port


class Page:
    """An open desk: what it is told."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    def says(self, **said) -> None:
        self.socket.send(json.dumps(said))

    def names(self, seconds: float = 0.5) -> list[dict]:
        """What has come in, until nothing more comes for a while."""
        told = []
        try:
            while True:
                told.append(json.loads(self.socket.recv(timeout=seconds)))
        except TimeoutError:
            return told

    def tickets(self) -> set[int]:
        return {name["ticket"] for name in self.names()}

    def close_code(self) -> int:
        try:
            while True:
                self.socket.recv(timeout=5)
        except ConnectionClosed as closed:
            return closed.rcvd.code


@pytest.fixture
def open_desk(port):
    with ExitStack() as sockets:

        def connected(agent: Agent | None, origin: str | None = None, cookie: str | None = None) -> Page:
            client = Client()
            if agent is not None:
                client.force_login(agent, backend=SIGN_IN)
                cookie = f"sessionid={client.cookies['sessionid'].value}"
            own = f"http://127.0.0.1:{port}"
            socket = sockets.enter_context(
                connect(
                    f"ws://127.0.0.1:{port}/ws/desk/",
                    origin=origin or own,
                    additional_headers={"Cookie": cookie} if cookie else None,
                )
            )
            page = Page(socket)
            if agent is not None:
                settle(page)
            return page

        yield connected


def settle(page: Page) -> None:
    """Until it has joined its groups: they are joined before anything that it says is heard."""
    page.says(watch=None)
    page.names(0.3)


def test_each_receives_the_names_that_are_hers(open_desk, ann, bea, carl, admin, repairs, ticket, dora):
    desks = {
        name: open_desk(agent)
        for name, agent in {"ann": ann, "bea": bea, "carl": carl, "adam": admin}.items()
    }
    his = Ticket.open(dora, repairs, subject="Grinder", source="email")
    ticket.receive(dora, text="Hello?")
    told = {name: desk.tickets() for name, desk in desks.items()}
    assert told == {"ann": {ticket.pk}, "bea": {ticket.pk}, "carl": {his.pk}, "adam": {ticket.pk, his.pk}}


def test_a_desk_that_is_touched_makes_its_agent_online(open_desk, ann, bea):
    hers, leads = open_desk(ann), open_desk(bea)
    hers.says(ping=1, idle=True)
    leads.says(ping=1, idle=False)
    for agent, presence in ((ann, "away"), (bea, "online")):
        until(lambda agent=agent, presence=presence: Agent.objects.get(pk=agent.pk).presence == presence)


def test_no_desk_opens_while_names_would_be_missed(open_desk, ann, monkeypatch):
    async def is_ready(hub: Hub, seconds: float) -> bool:
        return False

    monkeypatch.setattr(Hub, "ready", is_ready)
    with pytest.raises(InvalidStatus) as refused:
        open_desk(ann)
    assert refused.value.response.status_code == 403


def test_a_name_holds_no_content(open_desk, ann, ticket, dora):
    desk = open_desk(ann)
    ticket.receive(dora, text="The word is obsidian.")
    names = desk.names()
    assert names
    assert {key for name in names for key in name} <= {"ticket", "what", "assignee", "waits"}
    assert "obsidian" not in json.dumps(names)


def test_who_leads_an_agent_hears_of_his_presence_and_of_what_he_can_take(
    open_desk, ann, bea, carl, admin, orders
):
    hired = hire("Cora", orders)
    desks = {agent: open_desk(agent) for agent in (ann, bea, carl, admin)}
    for desk in desks.values():
        desk.names(0.3)
    hired.be("away", by_hand=True)
    Ability.of(hired).take_at_most(3, bea)
    told = [{"agent": hired.pk, "what": "presence"}, {"agent": hired.pk, "what": "ability"}]
    assert [desk.names() for desk in desks.values()] == [[], told, [], told]


@pytest.mark.parametrize("right", ["assigned", "followed"])
def test_carl_receives_what_is_assigned_to_him_or_followed_by_him(open_desk, carl, bea, ticket, dora, right):
    desk = open_desk(carl)
    ticket.receive(dora, text="Hello?")
    assert desk.tickets() == set()
    ticket.assign(carl, bea) if right == "assigned" else ticket.follow(carl, bea)
    ticket.receive(dora, text="Hello??")
    assert desk.tickets() == {ticket.pk}
    ticket.assign(None, bea) if right == "assigned" else ticket.unfollow(carl, bea)
    assert desk.tickets() == {ticket.pk}, "told that it is his no more"
    ticket.receive(dora, text="Hello???")
    assert desk.tickets() == set()


def test_both_teams_are_told_when_a_ticket_moves(open_desk, ann, carl, repairs, ticket):
    hers, his = open_desk(ann), open_desk(carl)
    ticket.set_team(repairs, ann)
    assert hers.tickets() == his.tickets() == {ticket.pk}


def test_nobody_watches_a_ticket_that_he_may_not_see(open_desk, ann, carl, bea, ticket, dora):
    hers, his = open_desk(ann), open_desk(carl)
    for page in (hers, his):
        page.says(watch=ticket.pk)
        page.says(here=ticket.pk, typing=True, hello=False)
    lead = open_desk(bea)
    lead.says(watch=ticket.pk)
    lead.says(here=ticket.pk, typing=True, hello=False)
    assert {name["name"] for name in hers.names() if "viewer" in name} == {"Bea"}
    ticket.receive(dora, text="Hello?")
    assert his.names() == []


@pytest.mark.parametrize("cookie", [None, "sessionid=" + "e" * 32, "sessionid="])
def test_who_is_not_signed_in_is_turned_away(open_desk, cookie):
    assert open_desk(None, cookie=cookie).close_code() == NOT_SIGNED_IN


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1"])
def test_another_sites_page_cannot_connect_with_her_cookie(open_desk, ann, origin):
    with pytest.raises(InvalidStatus) as refused:
        open_desk(ann, origin=origin)
    assert refused.value.response.status_code == 403


def test_a_change_of_rights_closes_the_socket(open_desk, ann, bea, carl, admin, orders):
    hers, leads, his = open_desk(ann), open_desk(bea), open_desk(carl)
    ann.deactivate(admin, handed_to=None, tickets=0)
    bea.change_role(Role.AGENT, admin)
    orders.set_members([bea, carl], admin)
    admins = open_desk(admin)
    admin.change_password("another correct horse")
    assert [page.close_code() for page in (hers, leads, his, admins)] == [RIGHTS_CHANGED] * 4
    assert open_desk(None, cookie=None).close_code() == NOT_SIGNED_IN


def test_who_was_deactivated_does_not_come_back(open_desk, ann, admin):
    open_desk(ann)
    client = Client()
    client.force_login(ann, backend=SIGN_IN)
    ann.deactivate(admin, handed_to=None, tickets=0)
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    assert open_desk(None, cookie=cookie).close_code() == NOT_SIGNED_IN


def test_an_agent_without_a_team_receives_nothing(open_desk, ticket, dora, db):
    desk = open_desk(hire("Fay", None))
    ticket.receive(dora, text="Hello?")
    assert desk.names() == []
