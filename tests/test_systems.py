"""Every grading system has its row in the methods, and every link of it holds."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
METHODS = ROOT / "docs" / "methods.md"
COLUMNS = (
    "#",
    "system",
    "rule",
    "source",
    "needs",
    "cannot tell",
    "code",
    "config",
    "test",
    "place",
)
LINK = re.compile(r"\[[^\]]+\]\(([^)#]+)\)")
NOTEBOOKS = {path.name[0]: path for path in (ROOT / "notebooks").glob("*.ipynb")}


def rows() -> dict[int, dict[str, str]]:
    """The table of systems: its number with the cells of the row by column."""
    text = METHODS.read_text(encoding="utf-8")
    part = text.split("## The grading systems\n", 1)[1].split("\n## ", 1)[0]
    lines = [line.strip("|").split("|") for line in part.splitlines() if line.startswith("|")]
    cells = [[one.strip() for one in line] for line in lines]
    assert tuple(cells[0]) == COLUMNS
    return {int(row[0]): dict(zip(COLUMNS, row, strict=True)) for row in cells[2:]}


def headings(notebook: Path) -> set[str]:
    """What stands over the sections of a notebook, in English."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    english = [cell for cell in cells if "en" in cell["metadata"].get("tags", ())]
    lines = "\n".join("".join(cell["source"]) for cell in english).splitlines()
    return {line.lstrip("# ").strip() for line in lines if line.startswith("#")}


ROWS = rows()


def test_all_twenty_five_systems_have_their_row_in_order():
    assert list(ROWS) == list(range(1, 26))


@pytest.mark.parametrize("number", ROWS)
def test_a_row_says_all_and_its_links_hold(number):
    row = ROWS[number]

    assert all(row.values())
    for column in ("code", "test"):
        targets = LINK.findall(row[column])
        assert targets
        assert [one for one in targets if not (METHODS.parent / one).resolve().is_file()] == []
    assert "test_" in row["test"]


@pytest.mark.parametrize("number", ROWS)
def test_its_thresholds_stand_in_the_config(number):
    sections = set(tomllib.loads((ROOT / "segment.toml").read_text(encoding="utf-8")))
    named = re.findall(r"`\[([\w.]+)\]`", ROWS[number]["config"])

    assert named
    assert {one.split(".")[0] for one in named} <= sections


@pytest.mark.parametrize("number", ROWS)
def test_its_place_in_the_report_is_there(number):
    places = [one.split(": ", 1) for one in ROWS[number]["place"].split("; ")]

    assert places
    for notebook, heading in places:
        assert heading in headings(NOTEBOOKS[notebook.strip()]), heading
