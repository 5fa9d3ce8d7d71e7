"""What the house plan promises, held by tests: storeys, migrations, doors."""

import ast
import subprocess
import sys
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from channels_inbox.adapters import KINDS

ROOT = Path(__file__).resolve().parents[1]
STOREYS = [
    "text",
    "events",
    "agents",
    "customers",
    "tickets",
    "channels_inbox",
    "csat",
    "automation",
    "reports",
    "helpdesk",
]
OURS = [app for app in apps.get_app_configs() if app.name.partition(".")[0] in STOREYS]


def test_imports_go_only_down():
    checked = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("kind", KINDS)
def test_an_adapter_knows_the_border_but_no_other_adapter(kind):
    others = [f"channels_inbox.adapters.{other}" for other in KINDS if other != kind]
    folder = ROOT / "channels_inbox" / "adapters" / kind
    knows = [
        (path.name, other) for path in folder.rglob("*.py") for other in others if other in path.read_text()
    ]
    assert knows == []


def storey(model: type) -> str:
    """A channel's app is part of the border."""
    return apps.get_app_config(model._meta.app_label).name.partition(".")[0]


def test_no_foreign_key_points_up():
    relations = [
        (storey(model), storey(field.related_model), f"{model.__name__}.{field.name}")
        for app in OURS
        for model in app.get_models(include_auto_created=True)
        for field in model._meta.get_fields(include_hidden=True)
        if field.is_relation and field.concrete and not field.auto_created
    ]
    assert len(relations) > 20
    up = [
        name
        for here, there, name in relations
        if there in STOREYS and STOREYS.index(there) > STOREYS.index(here)
    ]
    assert up == []


@pytest.mark.django_db
def test_migrations_are_complete():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("label", [app.label for app in OURS if (Path(app.path) / "migrations").exists()])
def test_migrations_follow_one_another(label):
    graph = MigrationLoader(None).graph
    assert len(graph.leaf_nodes(label)) <= 1
    before = Counter(
        parent.key
        for key, node in graph.node_map.items()
        if key[0] == label
        for parent in node.parents
        if parent.key[0] == label
    )
    assert [key for key, children in before.items() if children > 1] == [], "two follow the same one"


# One door an object ----------------------------------------------------------------------------------------

ASKED_BY_AGENTS = sorted(
    chain.from_iterable(
        ROOT.glob(pattern)
        for app in STOREYS
        for pattern in (f"{app}/views/**/*.py", f"{app}/views.py", f"{app}/api/**/*.py", f"{app}/sockets.py")
    )
)


@pytest.mark.parametrize("path", ASKED_BY_AGENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_tickets_are_asked_for_through_the_door(path):
    """`Ticket.objects.visible_to(…)`; what he may take back; or, for lists, a union of his rights, his teams among them."""
    source = path.read_text()
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    for node in (inner for function in functions for inner in ast.walk(function)):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Ticket.objects":
            around = max(
                (f for f in functions if f.lineno <= node.lineno <= f.end_lineno), key=lambda f: f.lineno
            )
            through_the_door = node.attr in {
                "visible_to",
                "of",
                "just_changed_by",
            } or ".team_ids()" in ast.unparse(around)
            assert through_the_door, f"line {node.lineno}: Ticket.objects.{node.attr}"
