from datetime import timedelta

import pytest
from django.utils.timezone import now

from customers.models import Customer
from events.models import Event
from tests.conftest import hire
from tickets.models import Priority, Status, Ticket


def new_ticket(orders, **over) -> dict:
    identity = {"kind": "email", "value": "Dora@Customer.example", "name": "Dora"}
    message = {"kind": "customer", "text": "My grinder is loud."}
    return {"subject": "Loud grinder", "team": orders.pk, "identity": identity, "message": message} | over


def test_a_program_opens_a_ticket_for_a_customer(api, orders, dora, ann):
    answer = api.post("tickets/", new_ticket(orders, priority="high", tags=["noise", "Grinder"]))
    assert answer.status_code == 201
    body = answer.json()
    ticket = Ticket.objects.get(pk=body["id"])
    assert (ticket.customer, ticket.source, ticket.priority) == (dora, "api", Priority.HIGH)
    assert body["customer"] == {"id": dora.pk, "name": "Dora"}
    assert body["preview"] == "My grinder is loud."
    assert [tag["name"] for tag in body["tags"]] == ["Grinder", "noise"]
    created = Event.objects.get(kind="ticket.created", ticket_id=ticket.pk)
    assert (created.actor_kind, created.actor_id) == ("agent", ann.pk)


def test_a_ticket_can_begin_with_our_own_words(api, orders, dora, ann):
    message = {"kind": "reply", "text": "Your parcel is back with us."}
    body = new_ticket(orders, message=message, customer=dora.pk)
    del body["identity"]
    ticket = Ticket.objects.get(pk=api.post("tickets/", body).json()["id"])
    assert (ticket.status, ticket.assignee) == (Status.PENDING, ann)
    assert ticket.messages.get().kind == "reply"


def test_a_phone_call_is_logged(api, orders, ann):
    call = {"kind": "call", "text": "Asks for an invoice."}
    ticket = Ticket.objects.get(pk=api.post("tickets/", new_ticket(orders, message=call)).json()["id"])
    assert ticket.messages.get().agent == ann


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": ""},
        {"message": {"kind": "note", "text": "x"}},
        {"message": {"kind": "customer", "text": "\x00"}},
        {"identity": {"kind": "email", "value": "nonsense"}},
        {"identity": {"kind": "phone", "value": "12"}},
        {"customer": 1},
        {"priority": "highest"},
        {"tags": ["\u200b"]},
        {"team": 10**30},
    ],
)
def test_a_ticket_that_cannot_be_is_refused_whole(api, orders, wrong):
    answer = api.post("tickets/", new_ticket(orders, **wrong))
    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"]
    assert not Ticket.objects.exists()
    assert not Customer.objects.exists()


def test_a_ticket_is_opened_only_in_a_team_of_ones_own(api, orders, repairs):
    assert api.post("tickets/", new_ticket(repairs)).status_code == 400


def test_facts_are_changed_together_by_the_desks_verbs(api, ticket, bea):
    change = {"subject": "Broken lid", "priority": "urgent", "assignee": bea.pk, "status": "on_hold"}
    body = api("PATCH", f"tickets/{ticket.pk}/", change).json()
    assert (body["subject"], body["priority"], body["status"]) == ("Broken lid", "urgent", "on_hold")
    assert body["assignee"]["name"] == "Bea"
    kinds = set(Event.objects.of_ticket(ticket.pk).values_list("kind", flat=True))
    assert kinds >= {
        "ticket.subject_changed",
        "ticket.priority_changed",
        "ticket.assigned",
        "ticket.status_changed",
    }


def test_or_not_at_all(api, ticket):
    gone = hire("Gone", None, is_active=False)
    answer = api("PATCH", f"tickets/{ticket.pk}/", {"subject": "Changed", "assignee": gone.pk})
    assert answer.status_code == 400
    ticket.refresh_from_db()
    assert ticket.subject == "Cracked lid"


def test_what_somebody_changed_meanwhile_is_told_and_kept(api, ticket, bea):
    ticket.assign(bea, by=bea)
    answer = api("PATCH", f"tickets/{ticket.pk}/", {"assignee": None, "seen": {"assignee": None}})
    assert answer.status_code == 409
    assert (answer.json()["field"], answer.json()["now"]) == ("assignee", bea.pk)
    assert (
        api("PATCH", f"tickets/{ticket.pk}/", {"assignee": None, "seen": {"assignee": bea.pk}}).status_code
        == 200
    )


def test_a_ticket_moves_only_to_a_team_of_ones_own(program, ticket, repairs, ann):
    anns = program(ann)
    assert anns("PATCH", f"tickets/{ticket.pk}/", {"team": repairs.pk}).status_code == 400
    repairs.members.add(ann)
    assert anns("PATCH", f"tickets/{ticket.pk}/", {"team": repairs.pk}).json()["team"]["name"] == "Repairs"


def test_solving_and_opening_again_are_idempotent(api, ticket):
    for _ in range(2):
        assert api.post(f"tickets/{ticket.pk}/solution/").json()["status"] == "solved"
    for _ in range(2):
        assert api("DELETE", f"tickets/{ticket.pk}/solution/").json()["status"] == "open"
    assert (
        Event.objects.filter(kind="ticket.solved").count()
        == Event.objects.filter(kind="ticket.reopened").count()
        == 1
    )


def test_snoozing_until_a_time_to_come(api, ticket):
    until = now() + timedelta(hours=2)
    assert api.post(f"tickets/{ticket.pk}/snooze/", {"until": until.isoformat()}).json()["pile"] == "snoozed"
    assert api("DELETE", f"tickets/{ticket.pk}/snooze/").json()["pile"] == "active"
    past = api.post(f"tickets/{ticket.pk}/snooze/", {"until": "2020-01-01T00:00:00Z"})
    assert past.status_code == 400
    assert "to come" in str(past.json()["errors"])


def test_spam_and_its_undoing(api, ticket):
    assert api.post(f"tickets/{ticket.pk}/spam/").json()["pile"] == "spam"
    assert api("DELETE", f"tickets/{ticket.pk}/spam/").json()["pile"] == "active"


def test_following_gives_a_right_that_unfollowing_takes(program, ticket, carl, ann):
    ticket.follow(carl, by=ann)
    carls = program(carl)
    assert [row["id"] for row in carls.get("tickets/").json()["results"]] == [ticket.pk]
    assert carls("DELETE", f"tickets/{ticket.pk}/following/").status_code == 200
    assert carls.get(f"tickets/{ticket.pk}/").status_code == 404
    assert carls.get("tickets/").json()["results"] == []


def test_tags_are_words(api, ticket):
    body = api.post(f"tickets/{ticket.pk}/tags/", {"name": " Broken  lid "}).json()
    tag = body["tags"][0]
    assert tag["name"] == "Broken lid"
    assert api.get("tags/?q=BROKEN").json()["results"] == [tag]
    assert api("DELETE", f"tickets/{ticket.pk}/tags/{tag['id']}/").json()["tags"] == []


@pytest.fixture
def several(dora, eve, orders, repairs, ann, bea):
    """Three of Ann's team's, one of another team."""
    mine = Ticket.open(dora, orders, subject="Mine", source="email", priority=Priority.HIGH)
    mine.assign(ann, by=bea)
    mine.tag("Lid", by=ann)
    free = Ticket.open(eve, orders, subject="Free", source="api")
    done = Ticket.open(eve, orders, subject="Done", source="email")
    done.solve(ann)
    Ticket.open(eve, repairs, subject="Theirs", source="email")
    return {"mine": mine, "free": free, "done": done}


@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ("", "Done Free Mine"),
        ("status=new", "Free Mine"),
        ("status=solved", "Done"),
        ("pile=active", "Free Mine"),
        ("assignee=none", "Done Free"),
        ("assignee={ann}", "Mine"),
        ("priority=high", "Mine"),
        ("source=api", "Free"),
        ("tag=LID", "Mine"),
        ("customer={eve}", "Done Free"),
        ("team={orders}", "Done Free Mine"),
        ("team={repairs}", ""),
        ("source=email&status=new", "Mine"),
    ],
)
def test_filters_narrow_what_one_may_see(api, several, ann, eve, orders, repairs, query, subjects):
    query = query.format(ann=ann.pk, eve=eve.pk, orders=orders.pk, repairs=repairs.pk)
    found = api.get(f"tickets/?{query}").json()["results"]
    assert " ".join(row["subject"] for row in found) == subjects


def test_an_administrator_sees_every_team(admins, several):
    assert len(admins.get("tickets/").json()["results"]) == 4


def test_searching_by_words_finds_only_ones_own(api, carls, ticket):
    assert [row["id"] for row in api.get("tickets/?q=cracked").json()["results"]] == [ticket.pk]
    assert carls.get("tickets/?q=cracked").json()["results"] == []
