"""What the product imports, production installs: packages for tests and checks alone are not there."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = sorted(folder.parent.name for folder in ROOT.glob("*/__init__.py") if folder.parent.name != "tests")
DEVELOPERS = ROOT / "helpdesk/management/commands/collect_messages.py"
INSTALLED = {
    name.replace("_", "-").lower()
    for name in re.findall(
        r"^([\w.-]+)(?:\[.*\])?==", (ROOT / "requirements/production.txt").read_text(), re.M
    )
}


def test_the_product_imports_only_what_production_installs():
    owners = packages_distributions()
    known = {*sys.stdlib_module_names, *ROOMS}
    wrong = []
    for room in ROOMS:
        for file in set((ROOT / room).rglob("*.py")) - {DEVELOPERS}:
            for name in imported(ast.parse(file.read_text())):
                dists = {owner.replace("_", "-").lower() for owner in owners.get(name, [])}
                if name not in known and not dists & INSTALLED:
                    wrong.append(f"{file.relative_to(ROOT)}: {name}")
    assert not wrong


def imported(tree: ast.AST) -> Iterator[str]:
    """The top-level packages that it imports when it runs."""
    if isinstance(tree, ast.If) and ast.unparse(tree.test) == "TYPE_CHECKING":
        return
    if isinstance(tree, ast.Import):
        yield from (one.name.partition(".")[0] for one in tree.names)
    elif isinstance(tree, ast.ImportFrom) and tree.module and not tree.level:
        yield tree.module.partition(".")[0]
    for child in ast.iter_child_nodes(tree):
        yield from imported(child)
