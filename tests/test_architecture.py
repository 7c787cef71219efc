"""The house as docs/architecture.md describes it: floors, sizes, heavy imports in their place."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "segment"
FILES = sorted(path for path in SOURCE.rglob("*.py"))
MOST_LINES = 300
HEAVY = {
    "lifetimes": {"estimator"},
    "matplotlib": {"figures"},
    "papermill": {"report"},
    "nbconvert": {"report"},
}


def floors() -> dict[str, int]:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    return {name: int(floor) for floor, name in re.findall(r"^\| (\d+) \| `(\w+)`", text, re.M)}


def module(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in the file, as dotted names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "segment":
                yield from (f"segment.{it.name}" for it in node.names if it.name[0] != "_")
            else:
                yield node.module


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_go_down_the_floors(path):
    own = module(path)
    if own == "__init__":
        return
    floor = floors()
    used = {name.split(".")[1] for name in imports(path) if name.startswith("segment.")} - {own}

    assert {name for name in used if floor[name] >= floor[own]} == set()


def test_the_floors_name_every_module_and_no_other():
    there = {module(path) for path in FILES} - {"__init__"}

    assert set(floors()) == there


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_file_stays_under_300_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) < MOST_LINES


@pytest.mark.parametrize("package", HEAVY)
def test_a_heavy_package_is_imported_in_its_place_only(package):
    users = {
        module(path) for path in FILES for name in imports(path) if name.split(".")[0] == package
    }

    assert users == HEAVY[package]


def test_schemes_do_not_import_each_other():
    schemes = [path for path in FILES if path.parent.name == "schemes"]

    assert schemes
    assert [p.name for p in schemes for n in imports(p) if n.startswith("segment.schemes")] == []


@pytest.mark.parametrize(
    "package",
    [
        "data",
        "sample",
        "clock",
        "purchases",
        "spend",
        "clv",
        "growth",
        "behaviour",
        "crosssell",
        "prospects",
        "backtest",
        "cuts",
        "history",
        "schemes",
        "passports",
        "signals",
        "points",
        "survey",
        "figures",
        "report",
        "cli",
        "schema",
        "config",
        "playbook",
        "staffing",
        "workspace",
    ],
)
def test_the_files_of_a_package_are_named_in_the_docs(package):
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    part = text.split(f"`{package}/`\n", 1)[1].split("\n\n#", 1)[0]

    there = {path.stem for path in (SOURCE / package).glob("*.py")} - {"__init__"}
    assert set(re.findall(r"^\| `(\w+)` \|", part, re.M)) == there
