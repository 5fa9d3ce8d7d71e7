"""What sets rules going, what they do, and what they leave alone; and that they come to rest."""

from datetime import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from agents.models import Calendar
from automation.models import Rule, RuleRun
from automation.rules import listening
from events.models import Event, Receipt
from tests.automation.rules.writing import RUNNER, leaf, rule, step, work
from tickets.models import Message, Status, Ticket

pytestmark = pytest.mark.django_db


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
