"""Conditions: what holds, what is told of it, what may be stored. Pure: no database."""

import random
import time

import pytest

from automation.rules.conditions import TESTS, Facts, Wrong, checked, holds, leaves, why

TYPES = {
    "subject": "text",
    "status": "choice",
    "priority": "rank",
    "rating": "number",
    "tags": "tags",
    "spam": "flag",
}


def leaf(fact, test, value=None):
    return {"fact": fact, "is": test, "value": value}


def check(condition):
    return checked(
        condition, TYPES, lambda name: {"open", "new"} if name == "status" else {"1", "2", "3", "4"}
    )


@pytest.mark.parametrize(
    ("text", "test", "value", "expected"),
    [
        ("Where is my REFUND?", "contains", "refund", True),
        ("Où est mon remboursement", "contains", "ou est", True),
        ("طلب رقم ١٢٣٤", "contains", "1234", True),
        ("order 1234", "contains", "۱۲۳۴", True),
        ("أريد إعادة المبلغ", "contains", "اعاده", True),
        ("می‌خواهم", "contains", "ميخواهم", True),
        ("کتاب", "equals", "كتاب", True),
        ("الفاتورة", "begins", "الفاتوره", True),
        ("Straße", "equals", "STRASSE", True),
        ("hello", "contains", "help", False),
        ("hello", "lacks", "help", True),
        ("", "lacks", "help", True),
        (" \n", "empty", None, True),
        ("x", "given", None, True),
    ],
)
def test_texts_are_matched_folded(text, test, value, expected):
    assert holds(leaf("subject", test, value), Facts(subject=text)) is expected


@pytest.mark.parametrize(
    ("fact", "value", "test", "wanted", "expected"),
    [
        ("status", "open", "equals", "open", True),
        ("status", "open", "differs", "open", False),
        ("team", 7, "equals", "7", True),
        ("priority", 3, "least", "3", True),
        ("priority", 2, "least", "3", False),
        ("rating", 2, "most", 2, True),
        ("rating", None, "most", 2, False),
        ("rating", None, "least", 0, False),
        ("tags", ["vip", "قهوه"], "has", "قهوة", True),
        ("tags", [], "has_not", "vip", True),
        ("spam", True, "yes", None, True),
        ("spam", None, "no", None, True),
    ],
)
def test_other_facts_are_compared_as_what_they_are(fact, value, test, wanted, expected):
    assert holds(leaf(fact, test, wanted), Facts({fact: value})) is expected


def test_groups_nest_and_an_empty_one_holds():
    yes, no = leaf("spam", "yes"), leaf("spam", "no")
    facts = Facts(spam=True)
    assert holds({"all": []}, facts)
    assert holds({"any": []}, facts)
    assert holds({"all": [yes, {"any": [no, yes]}]}, facts)
    assert not holds({"all": [yes, {"any": [no, {"all": [yes, no]}]}]}, facts)


def test_why_tells_each_condition_and_whether_it_held():
    tree = {"any": [leaf("spam", "yes"), {"all": [leaf("subject", "contains", "x")]}]}
    assert [one["held"] for one in why(tree, Facts(spam=True, subject="y"))] == [True, False]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (None, "nested"),
        ({"all": "x"}, "nested"),
        (leaf("password", "equals", "x"), "what to look at"),
        (leaf(["subject"], "equals", "x"), "what to look at"),
        (leaf("subject", "matches", ".*"), "how to compare"),
        (leaf("subject", ["contains"], "x"), "how to compare"),
        (leaf("subject", "contains", " ‏"), "what to look for"),
        (leaf("subject", "contains", {"x": 1}), "what to look for"),
        (leaf("subject", "contains", "x" * 201), "too long"),
        (leaf("status", "equals", "gone"), "offered"),
        (leaf("rating", "least", "many"), "whole number"),
        (leaf("rating", "least", float("inf")), "whole number"),
        ({"all": [leaf("spam", "yes")] * 51}, "at most"),
        ({"all": [{"all": [{"all": [{"all": [{"all": []}]}]}]}]}, "nested"),
    ],
)
def test_what_cannot_be_asked_is_not_stored(wrong, said):
    with pytest.raises(Wrong, match=said):
        check(wrong)


def test_the_place_of_what_is_wrong_is_told():
    tree = {"all": [leaf("spam", "yes"), {"any": [leaf("spam", "no"), leaf("rating", "least", "x")]}]}
    with pytest.raises(Wrong) as wrong:
        check(tree)
    assert wrong.value.place == 2


def test_numbers_are_numbers_in_any_digits():
    assert check(leaf("rating", "least", "٣"))["value"] == 3


SINGLE = [leaf("subject", test, "ab") for test in TESTS["text"]]
SINGLE += [leaf("priority", "least", "3"), leaf("tags", "has", "vip"), leaf("spam", "yes")]


def grown(dice, depth=0):
    """A tree by chance."""
    if depth == 4 or dice.random() < 0.4:
        return dict(dice.choice(SINGLE))
    return {dice.choice(["all", "any"]): [grown(dice, depth + 1) for _ in range(dice.randrange(4))]}


def test_why_and_holds_never_disagree():
    """Two thousand trees, against what their single conditions say put together by hand."""
    dice = random.Random(5)
    for _ in range(2000):
        tree, spam = grown(dice), dice.random() < 0.5
        subject = dice.choice(["", "ab", "xABy", "ab c"])
        facts = Facts(subject=subject, priority=dice.randrange(1, 5), tags=["vip"] if spam else [], spam=spam)
        told = {id(one): said["held"] for one, said in zip(leaves(tree), why(tree, facts), strict=True)}

        def by_hand(node, told=told):
            if "all" in node:
                return all(by_hand(part) for part in node["all"])
            if "any" in node:
                return not node["any"] or any(by_hand(part) for part in node["any"])
            return told[id(node)]

        assert holds(tree, facts) == by_hand(tree)


def test_no_text_makes_it_slow():
    """Fifty conditions on a huge text made to be looked at again and again."""
    hostile = "ab" * 5_000_000
    tree = {"any": [leaf("subject", "contains", "ab" * 99 + f"c{n}") for n in range(50)]}
    began = time.perf_counter()
    assert not holds(tree, Facts(subject=hostile))
    assert time.perf_counter() - began < 1
