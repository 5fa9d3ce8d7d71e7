"""Where rules are written, and where a ticket tells what they did."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from automation.models import Rule
from tests.automation.rules.writing import BACKEND, leaf, rule, step, work

pytestmark = pytest.mark.django_db


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
