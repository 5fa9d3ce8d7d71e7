"""Complaints: marked, answered, taken from level to level, settled; deadlines that pass, each once."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from agents.models import Calendar, Role
from automation.complaints.forms import LevelForm
from automation.models import Clock, Complaint, ComplaintLevel, Owner, Policy
from automation.sla.rebuilding import rebuild
from automation.tasks import ring_clocks
from events.models import Event
from tests.automation.sla.conftest import HOUR, minutes, put_back
from tests.conftest import hire
from tickets import inbox
from tickets.counts import counts
from tickets.models import Grievance, MessageKind, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def always(db):
    """Business time is every hour, and nothing else is promised."""
    Policy.objects.all().delete()
    Policy(name="None", targets=minutes(0, 0, 0)).change(None)
    Calendar.objects.filter(pk=Calendar.company().pk).update(week={}, zone="UTC")


@pytest.fixture
def supervisor(db):
    return hire("Sam", None, Role.SUPERVISOR)


def kinds(ticket: Ticket) -> list[str]:
    said = Event.objects.of_ticket(ticket.pk).order_by("number").values_list("kind", flat=True)
    return [kind for kind in said if "compl" in kind or kind == "sla.breached"]


def deadline(ticket: Ticket):
    return Ticket.objects.values_list("due_at", "due_for").get(pk=ticket.pk)


def case(ticket: Ticket) -> Complaint:
    return Complaint.objects.get(ticket=ticket)


class TestMarking:
    def test_it_begins_at_the_first_level_with_its_deadline(self, ticket, ann):
        ticket.complain(Grievance.DELIVERY, ann)
        assert kinds(ticket) == ["ticket.complained", "complaint.level_reached"]
        assert case(ticket).position == 1
        due, what = deadline(ticket)
        clock = Clock.objects.get(ticket=ticket, kind="complaint")
        assert (what, due) == ("complaint", clock.due_at)
        assert abs(due - clock.started_at - 8 * HOUR) < timedelta(seconds=1)

    def test_to_say_better_what_it_is_about_does_not_begin_anew(self, ticket, ann):
        ticket.complain(Grievance.DELIVERY, ann)
        before = deadline(ticket)
        ticket.complain(Grievance.BILLING, ann)
        assert deadline(ticket) == before
        assert ticket.complaint == Grievance.BILLING
        assert Clock.objects.filter(ticket=ticket, kind="complaint").count() == 1

    def test_what_it_is_about_is_one_of_ours(self, ticket, ann):
        with pytest.raises(ValueError):
            ticket.complain("weather", ann)

    def test_it_was_none_after_all(self, ticket, ann):
        ticket.complain(Grievance.OTHER, ann)
        ticket.withdraw_complaint(ann)
        assert not ticket.complains
        assert deadline(ticket) == (None, "")
        assert not Complaint.objects.exists()
        ring_clocks()
        assert "sla.breached" not in kinds(ticket)

    def test_without_a_procedure_it_is_marked_all_the_same(self, ticket, ann):
        ComplaintLevel.objects.all().delete()
        ticket.complain(Grievance.OTHER, ann)
        assert ticket.complains
        assert deadline(ticket) == (None, "")

    def test_also_where_nothing_else_is_promised(self, ticket, ann):
        Policy.objects.get().remove(None)
        Clock.objects.all().delete()
        ticket.complain(Grievance.OTHER, ann)
        assert deadline(ticket)[1] == "complaint"


class TestSteps:
    def test_answered_keeps_the_deadline(self, ticket, ann):
        ticket.complain(Grievance.PRODUCT, ann)
        case(ticket).answer(ticket, ann)
        assert deadline(ticket) == (None, "")
        put_back(ticket, 100 * HOUR)
        ring_clocks()
        assert kinds(ticket)[-1] == "complaint.answered"

    def test_a_customer_who_is_not_content_is_answered_by_the_next(self, ticket, ann, bea):
        ticket.complain(Grievance.PRODUCT, ann)
        case(ticket).answer(ticket, ann)
        case(ticket).pass_on(ticket, ann, because="customer", seen=1)
        assert case(ticket).position == 2
        assert case(ticket).answered_at is None
        assert deadline(ticket)[1] == "complaint"
        note = ticket.messages.get(kind=MessageKind.NOTE)
        assert "Bea" in note.text
        assert ticket.followings.filter(agent=bea).exists()

    def test_two_who_press_at_once_take_it_one_level_up(self, ticket, ann):
        ticket.complain(Grievance.PRODUCT, ann)
        for _one in range(2):
            case(ticket).pass_on(ticket, ann, because="customer", seen=1)
        assert case(ticket).position == 2

    def test_after_the_last_level_there_is_none(self, ticket, ann, supervisor):
        ticket.complain(Grievance.PRODUCT, ann)
        for seen in (1, 2):
            case(ticket).pass_on(ticket, ann, because="customer", seen=seen)
        with pytest.raises(ValueError):
            case(ticket).pass_on(ticket, ann, because="customer", seen=3)

    def test_settled_it_is_over_but_known(self, ticket, ann):
        ticket.complain(Grievance.PRODUCT, ann)
        ticket.settle_complaint(ann)
        ticket.settle_complaint(ann)
        assert (ticket.complains, ticket.complaint) == (False, Grievance.PRODUCT)
        assert deadline(ticket) == (None, "")
        assert kinds(ticket).count("ticket.complaint_settled") == 1
        ticket.complain(Grievance.PRODUCT, ann)
        assert case(ticket).position == 1
        assert deadline(ticket)[1] == "complaint"

    def test_a_solved_ticket_has_no_deadline_until_it_is_opened_again(self, ticket, ann):
        ticket.complain(Grievance.PRODUCT, ann)
        ticket.solve(ann)
        assert deadline(ticket) == (None, "")
        ticket.reopen(ann)
        assert deadline(ticket)[1] == "complaint"


class TestDeadlines:
    def test_one_that_passes_is_told_once_and_leads_on(self, ticket, ann, bea):
        ticket.complain(Grievance.PRODUCT, ann)
        put_back(ticket, 9 * HOUR)
        for _again in range(3):
            ring_clocks()
        assert kinds(ticket).count("sla.breached") == 1
        assert case(ticket).position == 2
        reached = Event.objects.filter(kind="complaint.level_reached").order_by("number").last()
        assert reached.payload == {"level": 2, "target": 8 * 3600, "because": "deadline"}
        assert deadline(ticket)[0] > ticket.created_at + 7 * HOUR

    def test_at_the_last_level_the_owners_are_told_again(self, ticket, ann, supervisor):
        ComplaintLevel.objects.exclude(owner=Owner.SUPERVISORS).delete()
        ticket.complain(Grievance.PRODUCT, ann)
        put_back(ticket, 9 * HOUR)
        ring_clocks()
        ring_clocks()
        assert kinds(ticket).count("sla.breached") == 1
        notes = ticket.messages.filter(kind=MessageKind.NOTE).order_by("number")
        assert [("no further level" in note.text, "Sam" in note.text) for note in notes] == [
            (False, True),
            (True, True),
        ]

    def test_what_was_answered_late_in_an_outage_is_late_but_does_not_go_on(self, ticket, ann):
        ticket.complain(Grievance.PRODUCT, ann)
        put_back(ticket, 9 * HOUR)
        case(ticket).answer(ticket, ann)
        ring_clocks()
        assert kinds(ticket).count("sla.breached") == 1
        assert case(ticket).position == 1

    def test_other_promises_pass_beside_it(self, ticket, ann):
        Policy.objects.get().change(None, targets=minutes(60))
        ticket.complain(Grievance.PRODUCT, ann)
        ticket.set_priority(3, ann)
        put_back(ticket, 2 * HOUR)
        ring_clocks()
        assert case(ticket).position == 1

    def test_the_events_tell_the_same_clocks(self, ticket, ann, bea):
        ticket.complain(Grievance.PRODUCT, ann)
        case(ticket).pass_on(ticket, ann, because="customer", seen=1)
        ticket.solve(ann)
        ticket.reopen(ann)
        facts = ["kind", "number", "target", "spans", "stopped_at", "due_at", "next_at"]
        before = list(Clock.objects.order_by("kind", "number").values_list(*facts))
        with transaction.atomic():
            rebuild(ticket)
        assert list(Clock.objects.order_by("kind", "number").values_list(*facts)) == before


class TestOwners:
    def test_the_ticket_becomes_theirs_where_that_is_wished(self, ticket, ann, bea):
        ComplaintLevel.objects.filter(owner=Owner.LEADS).update(assigns=True)
        ticket.complain(Grievance.PRODUCT, ann)
        case(ticket).pass_on(ticket, ann, because="customer", seen=1)
        assert ticket.assignee == bea

    def test_another_team_gets_it(self, ticket, ann, repairs, carl):
        first = ComplaintLevel.objects.get(position=1)
        first.change(None, owner=Owner.OTHER_TEAM, team=repairs, assigns=True)
        ticket.assign(ann, ann)
        ticket.complain(Grievance.PRODUCT, ann)
        assert (ticket.team, ticket.assignee) == (repairs, None)
        event = Event.objects.filter(kind="ticket.team_changed").get()
        assert (event.actor_kind, event.actor_id) == ("procedure", first.pk)

    def test_where_there_is_no_lead_whoever_is_above_is_told(self, ticket, supervisor, admin):
        level = ComplaintLevel.objects.get(owner=Owner.LEADS)
        assert level.people(ticket) == [supervisor]
        supervisor.deactivate(None, None, 0)
        assert level.people(ticket) == [admin]

    def test_one_who_left_is_not(self, ticket, carl, supervisor):
        level = ComplaintLevel(owner=Owner.AGENT, agent=carl)
        assert level.people(ticket) == [carl]
        carl.deactivate(None, None, 0)
        assert level.people(ticket) == [supervisor]


class TestProcedure:
    def test_the_usual_one_is_there_from_the_first_start(self):
        assert list(ComplaintLevel.objects.values_list("owner", "minutes")) == [
            ("team", 480), ("leads", 480), ("supervisors", 480),
        ]  # fmt: skip

    def test_a_level_is_written_and_moved_and_removed(self, client, admin, carl):
        client.force_login(admin, backend="agents.backends.AgentBackend")
        facts = {
            "name": "Carl decides",
            "owner": "agent",
            "agent": carl.pk,
            "minutes": "1h 30m",
            "assigns": "on",
        }
        assert client.post("/settings/complaints/new/", facts).status_code == 302
        level = ComplaintLevel.objects.get(name="Carl decides")
        assert (level.position, level.minutes, level.assigns) == (4, 90, True)
        page = client.get("/settings/complaints/").content.decode()
        assert page.index("The supervisors") < page.index("Carl decides")
        client.post(f"/settings/complaints/{level.pk}/place/", {"to": "up"})
        level.refresh_from_db()
        assert level.position == 3
        client.post(f"/settings/complaints/{level.pk}/removal/")
        assert list(ComplaintLevel.objects.values_list("position", flat=True)) == [1, 2, 3]

    @pytest.mark.parametrize(
        "wrong",
        [{"owner": "agent"}, {"owner": "other_team"}, {"owner": "me"}, {"owner": "team", "minutes": "soon"}],
    )
    def test_what_cannot_be_is_refused(self, wrong):
        assert not LevelForm({"name": "", "minutes": ""} | wrong, ComplaintLevel(owner="team")).is_valid()


class TestDesk:
    def test_the_steps_by_their_doors(self, client, ticket, ann, bea):
        client.force_login(ann, backend="agents.backends.AgentBackend")
        there = f"/tickets/{ticket.pk}/complaint/"
        assert "What does the customer complain about?" in client.get(there).content.decode()
        assert client.post(f"{there}answer/").status_code == 422
        assert client.post(there, {"about": "weather"}).status_code == 422
        client.post(there, {"about": "billing"})
        assert "The price or the bill" in client.get(f"/tickets/{ticket.pk}/").content.decode()
        page = client.get(there).content.decode()
        assert "Level 1 of 3" in page
        assert "working time" in page
        client.post(f"{there}answer/")
        client.post(f"{there}level/", {"seen_level": "1"})
        assert "Bea" in client.get(there).content.decode()
        client.post(f"{there}settlement/")
        assert "begin anew" in client.get(there).content.decode()
        history = client.get(f"/tickets/{ticket.pk}/").content.decode()
        for said in ("as a complaint", "answered the complaint", "is not content", "settled the complaint"):
            assert said in history, said

    def test_leads_find_those_that_are_not_settled(self, ticket, ann, bea, admin, dora, orders):
        Ticket.open(dora, orders, subject="Another", source="email")
        ticket.complain(Grievance.WAITING, ann)
        for reader in (bea, admin):
            assert [row.pk for row in inbox.page(reader, "complaints").rows] == [ticket.pk]
            assert counts(reader)["complaints"].value == 1
        assert "complaints" not in counts(ann)
        ticket.settle_complaint(ann)
        assert inbox.page(bea, "complaints").rows == []

    def test_a_page_of_them_is_one_query(self, ticket, bea, ann, django_assert_num_queries):
        ticket.complain(Grievance.WAITING, ann)
        bea.team_ids()
        with django_assert_num_queries(1):
            (row,) = inbox.page(bea, "complaints").rows
        assert row.complains


def test_a_ticket_that_is_no_complaint_pays_nothing(ticket, ann):
    """No statement asks for complaints when somebody writes, replies or solves."""
    with CaptureQueriesContext(connection) as said:
        ticket.reply(ann, text="Here I am.", then="solved")
        ticket.receive(ticket.customer, text="And?")
    assert not [one for one in said.captured_queries if "automation_complaint" in one["sql"]]
