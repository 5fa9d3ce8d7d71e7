"""A rule is tried before it is switched on, kept in versions, and goes out and comes in as a file."""

import json

import pytest

from automation.models import Rule
from automation.rules.files import Unreadable, exported, imported
from automation.rules.trying import tried
from tests.automation.rules.writing import leaf, rule, step
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


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
