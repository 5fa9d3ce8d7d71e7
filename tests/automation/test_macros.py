"""Macros: whose they are, what they do at once and with a reply, and how it is taken back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from automation.actions import OF_MACROS, People, Unfit, checked
from automation.macros.applying import follow, offered
from automation.models import Macro, MacroUse
from events.models import Event, Receipt
from tickets.models import Delivery, Status, Ticket

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
BACKEND = "agents.backends.AgentBackend"
FOLLOWER = "automation.macros.subscribers.do_what_was_to_follow"


@pytest.fixture
def as_ann(client, ann):
    client.force_login(ann, backend=BACKEND)
    return client


@pytest.fixture
def held(dora, orders):
    ticket = Ticket.open(dora, orders, subject="Cracked lid", source="email", hold=timedelta(seconds=10))
    ticket.receive(dora, text="Hello?")
    return ticket


def step(kind, value=None):
    return {"do": kind, "value": value}


# Whose they are --------------------------------------------------------------------------------------------


def test_everybodys_a_teams_and_ones_own(ann, bea, carl, admin, orders, repairs):
    urgent = [step("priority", 4)]
    Macro.write(admin, "All", urgent)
    Macro.write(bea, "Orders", urgent, team=orders)
    Macro.write(carl, "Repairs", urgent, team=repairs)
    Macro.write(ann, "Mine", urgent, agent=ann)

    def names(macros):
        return [macro.name for macro in macros]

    assert names(Macro.objects.usable_by(ann)) == ["All", "Orders", "Mine"]
    assert names(Macro.objects.usable_by(carl)) == ["All", "Repairs"]
    assert names(Macro.objects.changeable_by(ann)) == ["Mine"]
    assert names(Macro.objects.changeable_by(bea)) == ["Orders"]
    assert names(Macro.objects.changeable_by(admin)) == ["All", "Orders", "Repairs"]
    ann.is_active = False
    assert names(Macro.objects.usable_by(ann)) == []


def test_words_are_found_in_any_spelling(ann, ticket):
    Macro.write(ann, "إعادة المبلغ ١٢", [step("reply", "Bonjour, café remboursé")], agent=ann)
    assert [one["macro"].name for one in offered(ann, ticket, "اعاده 12")] == ["إعادة المبلغ ١٢"]
    assert len(offered(ann, ticket, "CAFE")) == 1
    assert offered(ann, ticket, "tea") == []


def test_they_stand_in_an_order_that_can_be_changed(ann):
    for name in "abc":
        Macro.write(ann, name, [step("priority", 4)], agent=ann)
    Macro.objects.get(name="c").move(ann, up=True)
    assert [one.name for one in Macro.objects.usable_by(ann)] == ["a", "c", "b"]
    Macro.objects.get(name="a").move(ann, up=True)
    assert [one.name for one in Macro.objects.usable_by(ann)] == ["a", "c", "b"]


# What may be stored ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([], "at least one"),
        ([step("fly")], "not known"),
        ([step("message", "Hello")], "not known"),
        ([step("reply", " ")], "Write something"),
        ([step("reply", "{agent.password}")], "{agent.password}"),
        ([step("status", "new")], "status"),
        ([step("priority", "9")], "priority"),
        ([step("tag", " ‌")], "name"),
        ([step("team", "99999")], "team"),
        ([step("assignee", "99999")], "at work"),
        ([step("snooze", "0")], "hours"),
        ([step("snooze", "9" * 40)], "hours"),
        ([step("reply", "a"), step("reply", "b")], "One reply"),
        ([step("priority", 4)] * 21, "too much"),
    ],
)
def test_what_cannot_be_done_is_not_stored(wrong, said, ann):
    with pytest.raises(Unfit, match=said):
        checked(wrong, OF_MACROS, People.now())


def test_digits_of_any_script_are_numbers(ann):
    assert checked([step("snooze", "٢٤")], OF_MACROS, People.now()) == [step("snooze", 24)]


# At once ---------------------------------------------------------------------------------------------------


def test_all_is_done_at_once_and_taken_back_at_once(as_ann, ann, bea, ticket, repairs):
    ticket.tag("old", bea)
    macro = Macro.write(
        ann,
        "Hand over",
        [
            step("tag", "fragile"),
            step("untag", "OLD"),
            step("priority", 4),
            step("assignee", "me"),
            step("status", "on_hold"),
            step("note", "For {customer.name}, see {ticket.number}"),
            step("snooze", 24),
        ],
        agent=ann,
    )
    answer = as_ann.post(reverse("ticket-macro", args=[ticket.pk, macro.pk]), headers=HTMX)
    use = MacroUse.objects.get()
    assert reverse("macro-use", args=[ticket.pk, use.pk]) in answer.text
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.assignee, ticket.status) == (4, ann, Status.ON_HOLD)
    assert [tag.name for tag in ticket.tags.all()] == ["fragile"]
    assert ticket.snoozed_until > now()
    assert ticket.messages.get(kind="note").text == f"For Dora, see {ticket.number}"
    assert all(event.actor_id == ann.pk for event in Event.objects.filter(kind="ticket.priority_changed"))

    answer = as_ann.delete(reverse("macro-use", args=[ticket.pk, use.pk]), headers=HTMX)
    assert answer.status_code == 200
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.assignee, ticket.status) == (2, None, Status.NEW)
    assert ([tag.name for tag in ticket.tags.all()], ticket.snoozed_until) == (["old"], None)
    assert as_ann.delete(reverse("macro-use", args=[ticket.pk, use.pk])).status_code == 404


def test_what_somebody_changed_since_is_not_taken_back(ann, bea, ticket):
    use = Macro.write(ann, "Urgent", [step("priority", 4), step("tag", "x")], agent=ann).use(ticket, ann)
    ticket.set_priority(3, bea)
    use.take_back(ann)
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.tags.count()) == (3, 0)


def test_a_step_that_is_refused_leaves_all_undone(as_ann, ann, ticket):
    macro = Macro.write(
        ann, "Wrong", [step("priority", 4), step("status", "solved"), step("snooze", 1)], agent=ann
    )
    answer = as_ann.post(reverse("ticket-macro", args=[ticket.pk, macro.pk]), headers=HTMX)
    assert answer.status_code == 422
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.status) == (2, Status.NEW)


def test_a_ticket_that_was_put_out_of_ones_sight_comes_back(as_ann, ann, ticket, repairs):
    macro = Macro.write(ann, "To repairs", [step("team", repairs.pk)], agent=ann)
    as_ann.post(reverse("ticket-macro", args=[ticket.pk, macro.pk]), headers=HTMX)
    assert not Ticket.objects.visible_to(ann).exists()
    as_ann.delete(reverse("macro-use", args=[ticket.pk, MacroUse.objects.get().pk]), headers=HTMX)
    assert Ticket.objects.visible_to(ann).get() == ticket


def test_after_a_moment_nothing_is_taken_back(as_ann, ann, ticket):
    use = Macro.write(ann, "Urgent", [step("priority", 4)], agent=ann).use(ticket, ann)
    MacroUse.objects.update(at=now() - timedelta(minutes=2))
    assert as_ann.delete(reverse("macro-use", args=[ticket.pk, use.pk])).status_code == 404


# With a reply ----------------------------------------------------------------------------------------------


def test_the_menu_shows_the_reply_filled_in_and_what_follows(as_ann, ann, orders, ticket):
    macro = Macro.write(
        ann,
        "Replacement",
        [
            step("reply", "Dear {customer.name}, … {agent.name}"),
            step("tag", "spare"),
            step("status", "solved"),
        ],
        agent=ann,
    )
    page = as_ann.get(reverse("ticket-macros", args=[ticket.pk])).text
    assert 'data-reply="Dear Dora, … Ann"' in page
    assert f'data-does="macro:{macro.pk}"' in page
    assert 'data-then="solved"' in page
    assert "Tag: spare" in page


def test_the_rest_waits_until_the_reply_leaves(as_ann, ann, held):
    macro = Macro.write(
        ann, "Tagged", [step("reply", "Hello"), step("tag", "spare"), step("priority", 3)], agent=ann
    )
    sent = {"text": "Hello, edited", "along": f"macro:{macro.pk}", "then": "solved"}
    as_ann.post(reverse("ticket-replies", args=[held.pk]), sent, headers=HTMX)
    message = held.messages.get(kind="reply")
    assert message.delivery == Delivery.HELD
    assert held.tags.count() == 0
    message.release(early=True)
    event = Receipt.objects.get(subscriber=FOLLOWER).event
    follow(event)
    held.refresh_from_db()
    assert ([tag.name for tag in held.tags.all()], held.priority) == (["spare"], 3)
    assert held.status == Status.SOLVED
    tagged = Event.objects.get(kind="ticket.tagged", ticket_id=held.pk)
    assert (tagged.actor_kind, tagged.actor_id) == ("agent", ann.pk)


def test_a_reply_that_is_taken_back_takes_the_rest_along(as_ann, ann, held):
    macro = Macro.write(ann, "Tagged", [step("reply", "Hello"), step("tag", "spare")], agent=ann)
    sent = {"text": "Hello", "along": f"macro:{macro.pk}"}
    as_ann.post(reverse("ticket-replies", args=[held.pk]), sent, headers=HTMX)
    assert held.messages.get(kind="reply").withdraw(ann)
    assert not Receipt.objects.filter(subscriber=FOLLOWER).exists()
    assert held.tags.count() == 0


def test_a_plain_reply_costs_no_task(ann, ticket):
    ticket.reply(ann, text="Hello")
    assert not Receipt.objects.filter(subscriber=FOLLOWER).exists()


@pytest.mark.parametrize("along", ["macro:99999", "macro:x", "else:1", "nothing"])
def test_what_nobody_reads_is_refused_and_nothing_is_sent(as_ann, held, along):
    answer = as_ann.post(
        reverse("ticket-replies", args=[held.pk]), {"text": "Hello", "along": along}, headers=HTMX
    )
    assert answer.status_code == 422
    assert not held.messages.filter(kind="reply").exists()


def test_carls_macro_cannot_be_used_by_ann(as_ann, carl, held, ticket):
    macro = Macro.write(carl, "Carl's", [step("tag", "carl")], agent=carl)
    assert as_ann.post(reverse("ticket-macro", args=[ticket.pk, macro.pk])).status_code == 404
    sent = {"text": "Hello", "along": f"macro:{macro.pk}"}
    assert as_ann.post(reverse("ticket-replies", args=[held.pk]), sent, headers=HTMX).status_code == 422


# The editor ------------------------------------------------------------------------------------------------


def test_the_editor_adds_drops_and_moves_rows_without_storing(as_ann):
    address = reverse("macro-new")
    row = {"name": "Mine", "whose": "own", "do-0": "reply", "value-0": "Hello"}
    page = as_ann.post(address, row | {"edit": "add"}).text
    assert 'name="do-1"' in page
    assert 'value="Mine"' in page
    rows = row | {"do-1": "tag", "value-1": "spare"}
    page = as_ann.post(address, rows | {"edit": "up-1"}).text
    assert page.index("spare") < page.index("Hello")
    page = as_ann.post(address, rows | {"edit": "drop-0"}).text
    assert "Hello" not in page
    page = as_ann.post(address, rows | {"do-1": "priority", "edit": "draw"}).text
    assert "Urgent" in page
    assert not Macro.objects.exists()


def test_it_is_stored_with_its_owner_and_steps(as_ann, ann, orders):
    row = {"name": "Mine", "do-0": "tag", "value-0": " spare  part ", "do-1": "assignee", "value-1": "me"}
    assert as_ann.post(reverse("macro-new"), row | {"whose": "own"}).status_code == 302
    macro = Macro.objects.get()
    assert (macro.agent, macro.team) == (ann, None)
    assert macro.actions == [step("tag", "spare part"), step("assignee", "me")]
    assert as_ann.post(reverse("macro-new"), row | {"whose": "all"}).status_code == 422
    assert as_ann.post(reverse("macro-new"), row | {"whose": str(orders.pk)}).status_code == 422


def test_the_row_that_is_wrong_says_why(as_ann):
    rows = {
        "name": "Mine",
        "whose": "own",
        "do-0": "tag",
        "value-0": "ok",
        "do-1": "reply",
        "value-1": "{who.ever}",
    }
    answer = as_ann.post(reverse("macro-new"), rows)
    assert answer.status_code == 422
    assert "{who.ever}" in answer.text


def test_the_list_of_macros_asks_no_more_with_more_of_them(as_ann, ann):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            as_ann.get(reverse("macros"))
        return len(asked)

    Macro.write(ann, "One", [step("priority", 4)], agent=ann)
    queries()
    before = queries()
    for name in "abcdef":
        Macro.write(ann, name, [step("priority", 4)], agent=ann)
    assert queries() == before
