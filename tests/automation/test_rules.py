"""Rules: what sets them going, what they do, what they leave alone, and what is told of it."""

import json
from datetime import time, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from agents.models import Calendar
from automation.models import Rule, RuleRun
from automation.rules import listening
from automation.rules.files import Unreadable, exported, imported
from automation.rules.running import run
from automation.rules.sweeping import sweep
from automation.rules.trying import tried
from events.bus import caused_by
from events.models import Event, Receipt
from tickets.models import Message, Status, Ticket

pytestmark = pytest.mark.django_db
RUNNER = "automation.rules.subscribers.run_rules"
BACKEND = "agents.backends.AgentBackend"


def step(kind, value=None):
    return {"do": kind, "value": value}


def leaf(fact, test, value=None):
    return {"fact": fact, "is": test, "value": value}


def rule(*actions, on=("customer_wrote",), when=None, **more):
    body = {
        "name": more.pop("name", "A rule"),
        "kind": "event",
        "happenings": list(on),
        "anchor": "",
        "hours": 0,
        "conditions": when or {"all": []},
        "actions": list(actions),
        "stops": False,
    }
    made = Rule.write(None, body | more)
    made.switch(None, on=True)
    return made


def timed(*actions, anchor="waiting", hours=24, **more):
    return rule(*actions, on=(), kind="time", anchor=anchor, hours=hours, **more)


def work(limit=30):
    """Act on what waits, as the worker would; gives back how often."""
    for count in range(limit):
        receipt = Receipt.objects.filter(subscriber=RUNNER, state="pending").order_by("pk").first()
        if receipt is None:
            return count
        with caused_by(receipt.event):
            run(receipt.event)
        Receipt.objects.filter(pk=receipt.pk).update(state="done")
    raise AssertionError("it goes on and on")


# What sets them going --------------------------------------------------------------------------------------


def test_a_desk_without_rules_pays_nothing(dora, orders):
    ticket = Ticket.open(dora, orders, subject="Lid", source="email")
    with CaptureQueriesContext(connection) as asked:
        ticket.receive(dora, text="Hello")
    assert not any("automation_rule" in one["sql"] for one in asked)
    assert not Receipt.objects.filter(subscriber=RUNNER).exists()


def test_only_what_a_rule_waits_for_becomes_a_task(dora, ticket):
    rule(step("tag", "x"), on=["rated"])
    ticket.receive(dora, text="Hello")
    assert not Receipt.objects.filter(subscriber=RUNNER).exists()
    ticket.rate(1, "", dora)
    assert Receipt.objects.filter(subscriber=RUNNER).count() == 1


def test_what_is_switched_elsewhere_counts_after_a_second(ticket, dora, monkeypatch):
    """Each process asks at most once a second, and never again in between."""
    clock = [1000.0]
    monkeypatch.setattr(listening.time, "monotonic", lambda: clock[0])
    made = rule(step("tag", "x"))
    ticket.receive(dora, text="One")
    Rule.objects.filter(pk=made.pk).update(is_on=False)
    with CaptureQueriesContext(connection) as asked:
        ticket.receive(dora, text="Two")
    assert not any("automation_rule" in one["sql"] for one in asked)
    clock[0] += 1.1
    ticket.receive(dora, text="Three")
    ticket.receive(dora, text="Four")
    assert Receipt.objects.filter(subscriber=RUNNER).count() == 2


# What they do ----------------------------------------------------------------------------------------------


def test_all_actions_are_done_by_the_ticket_s_own_verbs(dora, ann, repairs, ticket):
    made = rule(
        step("priority", 4),
        step("tag", "refund"),
        step("team", repairs.pk),
        step("assignee", ann.pk),
        step("follower", ann.pk),
        step("note", "{customer.name} writes about {ticket.number}"),
        step("message", "Dear {customer.name}, we look at it."),
        step("status", "on_hold"),
        when={"all": [leaf("message.text", "contains", "REFUND"), leaf("customer.name", "equals", "dora")]},
    )
    ticket.receive(dora, text="I want a refund")
    work()
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.team, ticket.assignee, ticket.status) == (4, repairs, ann, Status.ON_HOLD)
    assert [tag.name for tag in ticket.tags.all()] == ["refund"]
    assert Message.objects.get(kind="note").text == f"Dora writes about {ticket.pk}"
    notice = Message.objects.get(kind="notice", purpose="rule")
    assert (notice.text, notice.agent) == ("Dear Dora, we look at it.", None)
    done = Event.objects.filter(ticket_id=ticket.pk, actor_kind="rule")
    assert {event.actor_id for event in done} == {made.pk}
    assert all(event.cause.kind == "message.received" for event in done)


def test_conditions_see_ticket_message_customer_and_event(dora, eve, orders, ann, bea):
    dora.change(None, tier="vip", notes="Speaks Arabic")
    rule(
        step("tag", "matched"),
        when={
            "all": [
                leaf("ticket.team", "equals", str(orders.pk)),
                leaf("ticket.assignee", "equals", "nobody"),
                leaf("ticket.source", "equals", "email"),
                leaf("ticket.tags", "has", "FRÄGILE"),
                leaf("ticket.reopened", "most", 0),
                leaf("ticket.waiting", "yes"),
                leaf("message.kind", "equals", "customer"),
                leaf("message.automatic", "no"),
                leaf("message.files", "no"),
                leaf("message.recipients", "contains", "care+vip@"),
                leaf("customer.tier", "equals", "vip"),
                leaf("customer.address", "contains", "@customer.example"),
                leaf("customer.notes", "given"),
                leaf("customer.tickets", "most", 1),
                leaf("customer.days", "most", 1),
                leaf("event.by", "equals", "customer"),
                {
                    "any": [
                        leaf("ticket.subject", "contains", "nothing"),
                        leaf("ticket.subject", "begins", "طلب 12"),
                    ]
                },
            ]
        },
    )
    ticket = Ticket.open(dora, orders, subject="طلب ١٢", source="email")
    ticket.tag("fragile", bea)
    ticket.receive(dora, text="Hello", to=["care+vip@shop.example"])
    work()
    assert ticket.tags.filter(name="matched").exists()


def test_they_act_in_their_order_and_later_ones_see_what_earlier_did(dora, ticket):
    rule(step("tag", "first"), name="1")
    rule(step("tag", "second"), name="2", when={"all": [leaf("ticket.tags", "has", "first")]}, stops=True)
    rule(step("tag", "third"), name="3")
    ticket.receive(dora, text="Hello")
    work()
    assert sorted(tag.name for tag in ticket.tags.all()) == ["first", "second"]


def test_what_is_refused_does_not_keep_the_rest(dora, ann, admin, ticket):
    rule(step("assignee", ann.pk), step("status", "solved"), step("snooze", 4), step("tag", "done"))
    ann.deactivate(admin, handed_to=None, tickets=0)
    ticket.receive(dora, text="Hello")
    work()
    refused = [action["do"] for action in RuleRun.objects.get().did if "refused" in action]
    assert refused == ["assignee", "snooze"]
    assert ticket.tags.filter(name="done").exists()


def test_a_machine_is_never_answered(dora, ticket):
    rule(step("message", "We got it."), step("tag", "machine"))
    ticket.receive(dora, text="Out of office", automatic=True)
    work()
    assert not Message.objects.filter(purpose="rule").exists()
    assert RuleRun.objects.get().did[0]["refused"] == "automatic"


def test_spam_is_left_alone(dora, ann, ticket):
    rule(step("tag", "x"))
    ticket.mark_spam(ann)
    ticket.receive(dora, text="Buy")
    work()
    assert not RuleRun.objects.exists()


def test_the_team_s_hours_can_be_asked_for(dora, orders, admin, ticket):
    in_two_days = (now().weekday() + 2) % 7
    Calendar.set(orders, admin, zone="UTC", week={in_two_days: ((time(9), time(10)),)}, days_off=[])
    rule(step("tag", "by night"), when={"all": [leaf("ticket.at_work", "no")]})
    rule(step("tag", "by day"), when={"all": [leaf("ticket.at_work", "yes")]})
    ticket.receive(dora, text="Anybody there?")
    work()
    assert [tag.name for tag in ticket.tags.all()] == ["by night"]


# Circles ---------------------------------------------------------------------------------------------------


def test_a_rule_does_not_set_itself_going(ticket, ann):
    rule(step("priority", 4), step("priority", 1), on=["priority"])
    ticket.set_priority(3, ann)
    work()
    assert RuleRun.objects.filter(in_circle=False).count() == 1
    assert RuleRun.objects.filter(in_circle=True).exists()


def test_two_rules_that_undo_each_other_come_to_rest(ticket, ann):
    rule(step("status", "solved"), on=["status"], when={"all": [leaf("ticket.status", "equals", "open")]})
    rule(step("status", "open"), on=["status"], when={"all": [leaf("ticket.status", "equals", "solved")]})
    ticket.solve(ann)
    assert work() <= 4
    assert RuleRun.objects.filter(in_circle=False).count() == 2


def test_the_next_thing_that_happens_is_a_new_beginning(ticket, ann):
    rule(step("tag", "urgent"), step("untag", "calm"), on=["priority"])
    ticket.set_priority(3, ann)
    ticket.set_priority(4, ann)
    work()
    assert RuleRun.objects.filter(in_circle=False).count() == 2


# Time ------------------------------------------------------------------------------------------------------


def waiting(ticket, hours):
    Ticket.objects.filter(pk=ticket.pk).update(waiting_since=now() - timedelta(hours=hours))


def test_a_time_rule_acts_once_for_each_waiting(ticket, dora, ann):
    timed(step("priority", 4), step("note", "Waits."), when={"all": [leaf("ticket.priority", "most", "3")]})
    assert sweep() == 0
    waiting(ticket, 25)
    assert (sweep(), sweep()) == (1, 0)
    ticket.refresh_from_db()
    assert (ticket.priority, RuleRun.objects.get().anchor_at) == (4, ticket.waiting_since)
    ticket.set_priority(2, ann)
    assert sweep() == 0
    waiting(ticket, 30)
    assert sweep() == 1


def test_conditions_that_come_true_later_count_later(ticket, ann):
    timed(
        step("note", "Waits."),
        when={"all": [leaf("ticket.tags", "has", "a"), leaf("ticket.tags", "has", "b")]},
    )
    waiting(ticket, 25)
    ticket.tag("a", ann)
    assert sweep() == 0
    ticket.tag("b", ann)
    assert sweep() == 1


@pytest.mark.parametrize(
    "condition",
    [
        leaf("ticket.status", "equals", "new"),
        leaf("ticket.status", "differs", "open"),
        leaf("ticket.priority", "least", "2"),
        leaf("ticket.assignee", "equals", "nobody"),
        leaf("ticket.assignee", "differs", "1"),
        leaf("customer.tier", "equals", "standard"),
        leaf("ticket.subject", "contains", "lid"),
        {"any": [leaf("ticket.status", "equals", "open"), leaf("ticket.status", "equals", "new")]},
    ],
)
def test_what_the_database_narrows_is_never_too_narrow(ticket, condition):
    timed(step("tag", "x"), when={"all": [condition]})
    waiting(ticket, 25)
    assert sweep() == 1


def test_solved_and_snoozed_tickets_are_left_alone_unless_it_is_about_solving(ticket, ann):
    timed(step("tag", "waited"))
    timed(step("tag", "long solved"), anchor="solved")
    waiting(ticket, 25)
    ticket.snooze(now() + timedelta(days=1), ann)
    assert sweep() == 0
    ticket.solve(ann)
    Ticket.objects.update(solved_at=now() - timedelta(hours=25))
    assert sweep() == 1
    assert [tag.name for tag in ticket.tags.all()] == ["long solved"]


def test_a_sweep_asks_no_more_for_more_tickets_that_do_not_match(dora, orders):
    timed(step("tag", "x"), when={"all": [leaf("ticket.subject", "contains", "no such word")]})

    def queries():
        with CaptureQueriesContext(connection) as asked:
            sweep()
        return len(asked)

    for _ in range(2):
        ticket = Ticket.open(dora, orders, subject="Lid", source="email")
        waiting(ticket, 30)
    few = queries()
    for _ in range(8):
        ticket = Ticket.open(dora, orders, subject="Lid", source="email")
        waiting(ticket, 30)
    assert queries() == few


# Trying, versions, files -----------------------------------------------------------------------------------


def test_trying_tells_what_would_change_and_changes_nothing(dora, orders, ann, ticket):
    other = Ticket.open(dora, orders, subject="Cracked cup", source="email", priority=4)
    made = rule(step("priority", 4), when={"all": [leaf("ticket.subject", "begins", "cracked")]})
    found = tried(made)
    assert (found.tried, found.matching) == (2, 2)
    assert [(one.pk, said) for one, said in found.changed] == [(ticket.pk, ["Priority: Urgent"])]
    assert other.pk not in {one.pk for one, _said in found.changed}
    ticket.refresh_from_db()
    assert ticket.priority == 2


def test_every_saving_is_a_version_and_each_can_come_back(admin):
    made = rule(step("priority", 4), name="One")
    made.change(admin, made.body | {"name": "Two"})
    made.change(admin, made.body)
    assert [one.number for one in made.versions.all()] == [2, 1]
    made.versions.get(number=1).restore(admin)
    made.refresh_from_db()
    assert (made.name, made.version, made.is_on) == ("One", 3, True)


def test_rules_go_out_and_come_in_by_names(orders, ann, admin):
    made = rule(
        step("team", orders.pk),
        step("assignee", ann.pk),
        when={
            "any": [
                leaf("ticket.team", "equals", str(orders.pk)),
                leaf("ticket.assignee", "differs", str(ann.pk)),
            ]
        },
    )
    text = exported([made])
    assert "Orders" in text
    assert "ann@shop.example" in text
    (copy,) = imported(text.encode(), admin)
    assert copy.body == made.body
    assert not copy.is_on


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a JSON"),
        (b"\xff", "not a JSON"),
        (b"[" * 100_000, "not a JSON"),
        (b"[]", "no rules of ours"),
        (b'{"format": "fanoos-rules", "version": 2}', "no rules of ours"),
        (b'{"format": "fanoos-rules", "version": 1, "rules": []}', "no rules, or too many"),
        (b'{"format": "fanoos-rules", "version": 1, "rules": [1]}', "no rules of ours"),
        (b"x" * 1_000_001, "too big"),
    ],
)
def test_a_file_that_is_none_is_told(data, said, admin):
    with pytest.raises(Unreadable, match=said):
        imported(data, admin)


def test_each_error_of_a_file_is_told_with_its_place_and_nothing_comes_in(admin, orders):
    good = {"name": "Good", "kind": "event", "happenings": ["rated"], "conditions": {"all": []}}
    good["actions"] = [step("priority", 4)]
    bad = good | {
        "name": "Bad",
        "conditions": {"all": [leaf("ticket.rating", "most", 2), leaf("ticket.team", "equals", "Nowhere")]},
        "actions": [step("tag", "x"), step("team", "Nowhere"), step("assignee", ["x"])],
    }
    worse = good | {"name": "\0" * 9, "kind": ["event"], "happenings": {"x": 1}, "actions": {}}
    data = json.dumps({"format": "fanoos-rules", "version": 1, "rules": [good, bad, worse]})
    with pytest.raises(Unreadable) as unreadable:
        imported(data.encode(), admin)
    said = unreadable.value.said
    assert said[0].startswith("Rule 2 “Bad”, conditions 2:")
    assert said[1].startswith("Rule 2 “Bad”, actions 2:")
    assert [one.split(",")[1].split(":")[0].strip() for one in said[2:]] == [
        "name",
        "when it acts",
        "actions",
    ]
    assert not Rule.objects.exists()


# Pages -----------------------------------------------------------------------------------------------------


@pytest.fixture
def as_admin(client, admin):
    client.force_login(admin, backend=BACKEND)
    return client


FORM = {
    "name": "Refunds",
    "kind": "event",
    "happenings": ["customer_wrote"],
    "anchor": "waiting",
    "hours": "24",
    "c.0.mode": "all",
    "c.0.0.fact": "message.text",
    "c.0.0.is": "contains",
    "c.0.0.value": "refund",
    "c.0.1.mode": "any",
    "c.0.1.0.fact": "ticket.priority",
    "c.0.1.0.is": "least",
    "c.0.1.0.value": "3",
    "do-0": "tag",
    "value-0": "refund",
}


def test_a_rule_is_written_tried_and_switched_on(as_admin, ticket):
    answer = as_admin.post(reverse("rule-new"), FORM)
    made = Rule.objects.get()
    assert answer.url == reverse("rule-trial", args=[made.pk])
    assert made.conditions == {
        "all": [leaf("message.text", "contains", "refund"), {"any": [leaf("ticket.priority", "least", "3")]}]
    }
    assert not made.is_on
    assert "changed 0 tickets" in as_admin.get(answer.url).text
    as_admin.post(reverse("rule-switch", args=[made.pk]), {"to": "on"})
    made.refresh_from_db()
    assert made.is_on
    page = as_admin.get(reverse("rule", args=[made.pk])).text
    assert 'value="refund"' in page


def test_the_editor_s_own_steps_store_nothing(as_admin):
    address = reverse("rule-new")
    page = as_admin.post(address, FORM | {"edit": "cadd-0.1"}).text
    assert 'name="c.0.1.1.fact"' in page
    page = as_admin.post(address, FORM | {"edit": "cgroup-0"}).text
    assert 'name="c.0.2.mode"' in page
    page = as_admin.post(address, FORM | {"edit": "cdrop-0.0"}).text
    assert "message.text" in page
    assert 'name="c.0.1.fact"' not in page
    page = as_admin.post(address, FORM | {"c.0.0.fact": "ticket.rating", "edit": "draw"}).text
    assert 'inputmode="numeric"' in page
    for odd in ["cdrop-", "cdrop-9.9", "cadd-0.0", "cadd-x", "c", "drop-99", "cgroup-0.1.0.0"]:
        assert as_admin.post(address, FORM | {"edit": odd}).status_code == 200
    assert not Rule.objects.exists()


def test_what_is_wrong_is_told_beside_it(as_admin):
    wrong = FORM | {"name": "", "c.0.1.0.value": "9", "happenings": [], "value-0": ""}
    answer = as_admin.post(reverse("rule-new"), wrong)
    assert answer.status_code == 422
    for said in [
        "Give the rule a name",
        "sets the rule going",
        "Choose one of what is offered",
        "A tag needs a name",
    ]:
        assert said in answer.text


def test_rules_are_listed_ordered_exported_and_brought_in(as_admin):
    rule(step("tag", "a"), name="One")
    rule(step("tag", "b"), name="Two")
    as_admin.post(reverse("rule-place", args=[Rule.objects.get(name="Two").pk]), {"to": "up"})
    assert [one.name for one in Rule.objects.all()] == ["Two", "One"]
    data = as_admin.get(reverse("rules-export")).content
    as_admin.post(reverse("rules-import"), {"file": SimpleUploadedFile("rules.json", data)})
    assert [one.is_on for one in Rule.objects.all()] == [True, True, False, False]
    answer = as_admin.post(
        reverse("rules-import"), {"file": SimpleUploadedFile("x.json", b"{}")}, follow=True
    )
    assert "no rules of ours" in answer.text


def test_the_ticket_tells_what_ran_and_why(client, dora, ann, ticket):
    made = rule(
        step("priority", 4),
        name="Angry words",
        when={"any": [leaf("message.text", "contains", "angry"), leaf("ticket.rating", "most", 2)]},
    )
    ticket.receive(dora, text="I am angry")
    work()
    client.force_login(ann, backend=BACKEND)
    page = client.get(reverse("ticket-rules", args=[ticket.pk])).text
    assert "Angry words" in page
    assert "Text of the message contains “angry”" in page
    assert "Priority: Urgent" in page
    assert "Rule “Angry words”" in client.get(reverse("ticket", args=[ticket.pk])).text
    made.remove(None)
    assert "Angry words" in client.get(reverse("ticket-rules", args=[ticket.pk])).text


def test_the_list_of_rules_asks_no_more_with_more_of_them(as_admin):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            as_admin.get(reverse("rules"))
        return len(asked)

    rule(step("tag", "a"))
    queries()
    few = queries()
    for _ in range(5):
        rule(step("tag", "a"))
    assert queries() == few
