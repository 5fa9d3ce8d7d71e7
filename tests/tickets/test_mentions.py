"""Who is called by @name in a note: offered while it is written, understood when it is added."""

import pytest

from agents.models import Agent, Role
from tests.conftest import hire
from tests.drain import drain
from tickets import bell
from tickets.mentions import mentioned, offered

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, ann):
    client.force_login(ann, backend="agents.backends.AgentBackend")
    return client


@pytest.fixture
def sara(orders) -> Agent:
    return hire("Sara", orders)


def rename(agent: Agent, name: str) -> Agent:
    agent.name = name
    agent.save(update_fields=["name"])
    return agent


class TestWhoIsOffered:
    def test_those_who_may_see_the_ticket_the_team_first_and_not_oneself(self, ticket, ann, bea, carl, admin):
        assert offered(ticket, "", ann) == [bea, admin]
        ticket.follow(carl, ann)
        assert carl in offered(ticket, "", ann)

    def test_who_is_here_comes_first(self, ticket, ann, bea, sara):
        sara.be("online", by_hand=False)
        assert offered(ticket, "", ann) == [sara, bea]

    @pytest.mark.parametrize("written", ["نیلو", "نيلوفر", "رحی", "نیلوفر رحيم"])
    def test_any_word_of_the_name_in_any_spelling(self, ticket, ann, bea, sara, written):
        rename(sara, "نیلوفر رحیمی")
        assert offered(ticket, written, ann) == [sara]

    def test_nobody_whose_name_goes_on_otherwise(self, ticket, ann, bea):
        assert offered(ticket, "bea, please", ann) == []

    def test_on_the_page_in_few_queries(self, desk, ticket, bea, django_assert_max_num_queries):
        with django_assert_max_num_queries(5):
            page = desk.get(f"/tickets/{ticket.pk}/colleagues/", {"q": "b"}).content.decode()
        assert 'data-name="Bea"' in page


class TestWhoIsCalled:
    @pytest.mark.parametrize("text", ["@Bea, please", "Please look, @bea", "(@BEA)", "x\n@Bea’s lid"])
    def test_by_name(self, ticket, bea, text):
        assert mentioned(ticket, text) == [bea.pk]

    @pytest.mark.parametrize("text", ["dora@bea.example", "@Beatrix", "Bea", "@ Bea", "@Carl"])
    def test_not_by_an_address_or_a_longer_name_nor_who_may_not_see_it(self, ticket, bea, carl, text):
        assert mentioned(ticket, text) == []

    def test_the_longest_name_is_meant(self, ticket, bea, sara):
        rename(sara, "Bea Lind")
        assert mentioned(ticket, "@Bea Lind?") == [sara.pk]
        assert mentioned(ticket, "@Bea?") == [bea.pk]

    def test_a_first_name_only_where_nobody_else_has_it(self, ticket, ann, sara):
        rename(sara, "Sara Al Amiri")
        assert mentioned(ticket, "@Sara") == [sara.pk]
        rename(hire("Sally", ticket.team), "Sara Lind")
        assert mentioned(ticket, "@Sara") == []

    def test_nothing_is_asked_without_an_at(self, ticket, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert mentioned(ticket, "Bea, please") == []

    def test_who_is_called_hears_the_bell(self, desk, ticket, bea):
        desk.post(f"/tickets/{ticket.pk}/notes/", {"text": "@Bea, is that the lid?"})
        drain()
        (row,) = bell.page(bea).rows
        assert "mentioned you in a note" in row["says"]

    def test_supervisors_are_called_on_any_ticket(self, ticket):
        sam = hire("Sam", None, Role.SUPERVISOR)
        assert mentioned(ticket, "@Sam") == [sam.pk]
