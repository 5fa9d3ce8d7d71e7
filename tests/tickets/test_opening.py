"""A ticket is opened by one query, through the same door as all others."""

import pytest
from django.db import transaction

from agents.models import Role
from tests.conftest import hire
from tickets import opening
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(orders, dora) -> Ticket:
    return Ticket.open(dora, orders, subject="Where is it?", source="email")


def test_one_query_brings_all_that_the_page_asks_first(asked, ann, django_assert_num_queries):
    asked.tag("parcel", ann)
    ann.team_ids()
    hers = asked.customer.email
    with django_assert_num_queries(1):
        opened = opening.opened(ann, asked.pk)
        assert [tag.name for tag in opened.ticket.tags.all()] == ["parcel"]
        assert [one.value for one in opened.ticket.customer.identities.all()] == [hers]
    assert (opened.is_followed, opened.has_drafts, opened.has_merges) == (False, False, False)


def test_a_verb_finds_what_it_would_ask_for(asked, ann, django_assert_num_queries):
    ann.team_ids()
    hers, follower = asked.customer.email, hire("Bea", asked.team)
    asked.follow(follower, by=ann)
    with transaction.atomic(), django_assert_num_queries(1):
        ticket = opening.locked(ann, asked.pk)
        assert ticket.customer.email == hers
        assert ticket.concerned() == {follower.pk}
    assert ticket.customer.identities.filter(kind="phone").count() == 0


def test_who_sees_everything_is_not_asked_for_his_teams(asked, django_assert_num_queries):
    boss = hire("Boss", None, Role.ADMINISTRATOR)
    with django_assert_num_queries(1):
        assert opening.seen(boss, asked.pk) == asked


def test_others_and_those_who_left_see_nothing(asked, ann, carl):
    ann.is_active = False
    for agent in (ann, carl):
        with pytest.raises(Ticket.DoesNotExist):
            opening.seen(agent, asked.pk)
