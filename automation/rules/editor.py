"""The editor of conditions: a tree as rows of a form, each named by its place in the tree, such as `c.0.2.fact`."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from automation.actions import People
from automation.rules.conditions import DEEPEST, MOST_CONDITIONS, TESTS, WITHOUT_VALUE, Condition, Wrong
from automation.rules.facts import FACTS, GROUPS, choices_of

MOST_PARTS = MOST_CONDITIONS + 1
TEST_LABELS = {
    "contains": _("contains"),
    "lacks": _("does not contain"),
    "equals": pgettext_lazy("comparison", "is"),
    "differs": pgettext_lazy("comparison", "is not"),
    "begins": _("begins with"),
    "empty": _("is empty"),
    "given": _("is not empty"),
    "least": _("is at least"),
    "most": _("is at most"),
    "has": _("include"),
    "has_not": _("do not include"),
    "yes": _("yes"),
    "no": _("no"),
}
FIRST_FACT = "ticket.subject"


def posted(data: QueryDict, path: str = "0", depth: int = 1) -> Condition:
    """The tree as it stands in the form, checked by nobody yet."""
    mode = "any" if data.get(f"c.{path}.mode") == "any" else "all"
    parts = []
    for place in range(MOST_PARTS if depth <= DEEPEST else 0):
        below = f"{path}.{place}"
        if f"c.{below}.mode" in data:
            parts.append(posted(data, below, depth + 1))
        elif name := data.get(f"c.{below}.fact"):
            found = {"fact": name, "is": data.get(f"c.{below}.is"), "value": data.get(f"c.{below}.value", "")}
            parts.append(_fitting(found))
    return {mode: parts}


def _fitting(leaf: Condition) -> Condition:
    """After another fact was chosen: a test and a value that go with it."""
    if leaf["fact"] not in FACTS:
        return leaf
    tests = TESTS[FACTS[leaf["fact"]].type]
    return leaf if leaf["is"] in tests else leaf | {"is": tests[0], "value": ""}


def edited(tree: Condition, step: str) -> tuple[Condition, str]:
    """The tree after a step (`cadd-0.1`, `cgroup-0`, `cdrop-0.2`), and the path that the focus goes to."""
    name, _dash, path = step.partition("-")
    if name == "cdrop":
        above, _dot, place = path.rpartition(".")
        if (parts := _parts(tree, above)) is not None and place.isdecimal() and int(place) < len(parts):
            del parts[int(place)]
        return tree, ""
    parts = _parts(tree, path)
    if parts is None or name not in {"cadd", "cgroup"} or len(parts) >= MOST_CONDITIONS:
        return tree, ""
    leaf: Condition = {"fact": FIRST_FACT, "is": "contains", "value": ""}
    parts.append(leaf if name == "cadd" else {"any": [leaf]})
    below = f"{path}.{len(parts) - 1}"
    return tree, below if name == "cadd" else f"{below}.0"


def _parts(tree: Condition, path: str) -> list[Condition] | None:
    """The parts of the group at that path; None where there is no group."""
    node: Condition = {"all": [tree]}
    for place in path.split("."):
        parts = node.get("all", node.get("any"))
        if parts is None or not place.isdecimal() or len(place) > 3 or int(place) >= len(parts):
            return None
        node = parts[int(place)]
    return node.get("all", node.get("any"))


def shown(
    tree: Condition, people: People, wrong: Wrong | None = None, focus: str = ""
) -> list[dict[str, Any]]:
    """For `automation/conditions.html`: groups and single conditions one below the other."""
    if "all" not in tree and "any" not in tree:
        tree = {"all": [tree] if tree else []}
    rows: list[dict[str, Any]] = []
    _show(tree, "0", 0, people, wrong, focus, rows)
    return rows


def _show(
    node: Condition,
    path: str,
    depth: int,
    people: People,
    wrong: Wrong | None,
    focus: str,
    rows: list[dict[str, Any]],
) -> None:
    mode = next((group for group in ("all", "any") if group in node), "")
    if not mode:
        place = sum(not row["mode"] for row in rows)
        error = str(wrong) if wrong is not None and wrong.place == place else ""
        rows.append(
            _leaf(node, people) | {"path": path, "depth": depth, "error": error, "focus": focus == path}
        )
        return
    can_nest = depth < DEEPEST - 1
    rows.append({"mode": mode, "path": path, "depth": depth, "is_root": depth == 0, "can_nest": can_nest})
    for place, part in enumerate(node[mode]):
        _show(part, f"{path}.{place}", depth + 1, people, wrong, focus, rows)


def _leaf(leaf: Condition, people: People) -> dict[str, Any]:
    fact = FACTS.get(leaf["fact"], FACTS[FIRST_FACT])
    options = choices_of(leaf["fact"], people) if leaf["fact"] in FACTS else []
    return {
        "mode": "",
        "fact": leaf["fact"],
        "is": leaf["is"],
        "value": "" if leaf["value"] is None else str(leaf["value"]),
        "label": fact.label,
        "groups": [
            (label, [(name, one.label) for name, one in FACTS.items() if name.startswith(f"{group}.")])
            for group, label in GROUPS.items()
        ],
        "tests": [(test, TEST_LABELS[test]) for test in TESTS[fact.type]],
        "widget": "none" if leaf["is"] in WITHOUT_VALUE else fact.type,
        "choices": [(str(value), label) for value, label in options],
    }


def described(leaf: Condition, people: People) -> str:
    """One condition in a few words, such as “Priority is at least High”."""
    if leaf["fact"] not in FACTS:
        return "–"
    value = leaf.get("value")
    known = {str(one): str(label) for one, label in choices_of(leaf["fact"], people)}
    said = known.get(str(value), f"“{value}”" if FACTS[leaf["fact"]].type in {"text", "tags"} else str(value))
    if leaf["is"] in {"yes", "no"}:
        return f"{FACTS[leaf['fact']].label}: {TEST_LABELS[leaf['is']]}"
    words = [FACTS[leaf["fact"]].label, TEST_LABELS[leaf["is"]], "" if leaf["is"] in WITHOUT_VALUE else said]
    return " ".join(str(word) for word in words if word)
