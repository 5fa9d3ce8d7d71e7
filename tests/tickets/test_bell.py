"""The bell: who hears it, once each; what it says; read and not read."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils.html import strip_tags
from django.utils.timezone import now

from agents.models import Agent, Notice
from agents.models.notice import KEPT
from agents.tasks import forget_notices
from automation.models import Complaint, Policy
from automation.tasks import ring_clocks
from events.models import Event, Receipt
from tests.automation.sla.conftest import HOUR, minutes, put_back
from tests.drain import drain
from tickets import bell
from tickets.models import Grievance, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, ann):
    client.force_login(ann, backend="agents.backends.AgentBackend")
    return client


def heard(agent: Agent) -> list[str]:
    """What he reads there, the newest first."""
    return [" ".join(strip_tags(row["says"]).split()) for row in bell.page(agent).rows]


def number(agent: Agent) -> int:
    return Agent.objects.values_list("unread_notices", flat=True).get(pk=agent.pk)


class TestWhoHears:
    def test_who_is_given_a_ticket_by_somebody_else(self, ticket, ann, bea):
        ticket.assign(ann, bea)
        drain()
        assert heard(ann) == ["Bea assigned the ticket to you"]
        assert heard(bea) == []

    def test_not_who_takes_it_himself(self, ticket, ann):
        ticket.assign(ann, ann)
        drain()
        assert heard(ann) == []

    def test_who_is_mentioned_and_may_see_it(self, ticket, ann, bea, carl):
        ticket.note(ann, text="Bea, Carl, Ann?", mentions=[bea.pk, carl.pk, ann.pk])
        drain()
        assert heard(bea) == ["Ann mentioned you in a note"]
        assert heard(carl) == heard(ann) == []

    def test_whose_promise_is_about_to_break_and_is_broken(self, ticket, ann, bea):
        Policy.objects.all().delete()
        steps = [{"minutes": 0, "do": "tell_leads", "to": None}]
        Policy(name="All", targets=minutes(60), warn_minutes=30, steps=steps).change(None)
        mine = Ticket.open(ticket.customer, ticket.team, subject="Lid", source="email")
        mine.receive(ticket.customer, text="Hello")
        mine.assign(ann, ann)
        put_back(mine, timedelta(minutes=40))
        ring_clocks()
        put_back(mine, 200 * HOUR)
        ring_clocks()
        drain()
        assert any("is late" in said for said in heard(ann))
        assert [said for said in heard(bea) if "next step" in said]

    def test_who_owns_the_level_of_a_complaint(self, ticket, ann, bea):
        ticket.complain(Grievance.PRODUCT, ann)
        Complaint.objects.get().pass_on(ticket, ann, because="customer", seen=1)
        drain()
        assert heard(bea) == ["The customer is not content: Ann took the complaint to level 2"]

    @pytest.mark.parametrize(("score", "told"), [(1, 1), (2, 1), (3, 0)])
    def test_who_was_rated_low(self, ticket, ann, dora, score, told):
        ticket.assign(ann, ann)
        ticket.rate(score, "", dora)
        drain()
        assert len(heard(ann)) == told

    def test_the_lead_where_nobody_has_it(self, ticket, bea, dora):
        ticket.rate(1, "", dora)
        drain()
        assert heard(bea) == ["The customer rated 1 of 5"]

    def test_who_writes_to_an_address_that_is_silenced(self, ticket, ann, bea):
        ticket.assign(ann, ann)
        ticket.follow(bea, bea)
        with transaction.atomic():
            ticket.lock()
            ticket.changed("ticket.address_silenced", None, silence=1, because="failed")
        drain()
        for agent in (ann, bea):
            assert len(heard(agent)) == 1

    @pytest.mark.parametrize(
        ("because", "told"),
        [("failed", "failed again"), ("complained", "as spam"), ("unsubscribed", "unsubscribed")],
    )
    def test_who_leads_the_team_where_an_address_is_silenced(self, ticket, bea, carl, admin, because, told):
        with transaction.atomic():
            ticket.lock()
            ticket.changed("ticket.address_silenced", None, silence=1, because=because)
        drain()
        assert [told in said for said in heard(bea)] == [True]
        assert heard(carl) == heard(admin) == []

    def test_administrators_where_a_team_has_no_lead(self, ticket, admin):
        with transaction.atomic():
            ticket.lock()
            ticket.changed("ticket.address_silenced", None, silence=1, because="failed")
        drain()
        assert len(heard(admin)) == 1

    def test_each_once_however_often_it_is_told(self, ticket, ann, bea):
        ticket.assign(ann, bea)
        event = Event.objects.filter(kind="ticket.assigned").get()
        for _again in range(3):
            bell.ring(event)
        assert (len(heard(ann)), number(ann)) == (1, 1)

    def test_nobody_hears_of_spam(self, ticket, ann, bea):
        ticket.assign(ann, bea)
        ticket.mark_spam(bea)
        drain()
        assert heard(ann) == []


class TestReading:
    @pytest.fixture
    def strokes(self, ticket, ann, bea):
        for _n in range(3):
            ticket.note(bea, text="Ann?", mentions=[ann.pk])
        drain()
        return list(ann.notices.order_by("-pk"))

    def test_to_follow_one_reads_it(self, desk, strokes, ann, ticket):
        answer = desk.get(f"/bell/{strokes[0].pk}/")
        assert answer["Location"] == f"/tickets/{ticket.pk}/"
        assert number(ann) == 2

    def test_read_and_not_read_after_all(self, desk, strokes, ann):
        there = f"/bell/{strokes[0].pk}/reading/"
        desk.post(there)
        desk.post(there)
        assert number(ann) == 2
        desk.post(there, {"_method": "DELETE"})
        assert number(ann) == 3

    def test_all_at_once_but_only_his_own(self, desk, strokes, ann, bea, ticket):
        ticket.assign(bea, ann)
        drain()
        desk.post("/bell/reading/")
        assert (number(ann), number(bea)) == (0, 1)

    def test_the_number_is_on_every_page_without_a_query_for_it(self, desk, strokes, ann, ticket):
        page = desk.get("/inbox/").content.decode()
        assert "data-bell-count>3<" in page

    def test_somebody_elses_is_not_there(self, client, strokes, bea):
        client.force_login(bea, backend="agents.backends.AgentBackend")
        assert client.get(f"/bell/{strokes[0].pk}/").status_code == 404
        assert client.post(f"/bell/{strokes[0].pk}/reading/").status_code == 404
        assert "mentioned you" not in client.get("/bell/").content.decode()


class TestPage:
    def test_pages_meet_and_end(self, ticket, ann, bea):
        for _n in range(7):
            ticket.note(bea, text="Ann?", mentions=[ann.pk])
        drain()
        seen, after = [], None
        for _page in range(3):
            found = bell.page(ann, after, size=3)
            seen += [row["id"] for row in found.rows]
            after = found.next
        assert after is None
        assert seen == list(ann.notices.order_by("-pk").values_list("pk", flat=True))

    def test_as_many_queries_for_one_as_for_seven(self, ticket, ann, bea, django_assert_num_queries):
        for n in range(7):
            ticket.note(bea, text="Ann?", mentions=[ann.pk])
            drain()
            if n in (0, 6):
                ann.team_ids()
                with django_assert_num_queries(4):
                    bell.page(ann)

    def test_what_he_no_longer_sees_has_no_subject(self, ticket, ann, bea):
        ticket.assign(ann, bea)
        drain()
        assert bell.page(ann).rows[0]["subject"] == "Cracked lid"
        ticket.assign(None, bea)
        ann.set_teams([], bea)
        assert bell.page(Agent.objects.get(pk=ann.pk)).rows[0]["subject"] == ""

    def test_an_empty_one_says_so(self, desk):
        assert "Nothing has rung yet." in desk.get("/bell/").content.decode()

    @pytest.mark.parametrize("after", ["x", "-1", "9" * 40, ""])
    def test_a_place_that_is_none_is_the_beginning(self, desk, after):
        assert desk.get("/bell/", {"after": after}).status_code == 200


def test_after_thirty_days_they_are_forgotten(ticket, ann, bea):
    ticket.assign(ann, bea)
    ticket.note(bea, text="Ann?", mentions=[ann.pk])
    drain()
    old = ann.notices.order_by("pk").first()
    Notice.objects.filter(pk=old.pk).update(at=now() - KEPT - HOUR)
    forget_notices()
    assert (ann.notices.count(), number(ann)) == (1, 1)


def test_a_ticket_that_is_nobodys_news_makes_no_task(ticket, ann, dora):
    drain()
    before = Receipt.objects.filter(subscriber__contains="ring_the_bell").count()
    ticket.assign(ann, ann)
    ticket.note(ann, text="Hm.")
    ticket.rate(5, "", dora)
    assert Receipt.objects.filter(subscriber__contains="ring_the_bell").count() == before
