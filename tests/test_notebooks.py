"""The shape of a notebook: thin, bilingual, no outputs in git."""

import ast
import json
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "notebooks"
NAMES = (
    "1-data-check", "2-customer-value", "3-prospects", "4-customer-groups", "5-monthly-report",
)  # fmt: skip
PARAMETERS = ["as_of", "data_dir", "config_path", "language", "run_dir"]
MOST_LINES = 12
LANGUAGES = {"en", "zh"}
IMPORTS = (ast.Import, ast.ImportFrom)
HEADING = re.compile(r"^#{1,2} ", re.M)


def cells(name: str, kind: str) -> list[dict]:
    notebook = json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))
    found = [cell for cell in notebook["cells"] if cell["cell_type"] == kind]
    return [cell | {"source": "".join(cell["source"])} for cell in found]


def tags(cell: dict) -> set[str]:
    return set(cell["metadata"].get("tags", ()))


def test_the_five_notebooks_are_there_and_no_other():
    assert sorted(path.stem for path in FOLDER.glob("*.ipynb")) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_cell_holds_at_most_twelve_lines_and_no_machinery(name):
    machinery = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Try, ast.Lambda)
    for cell in cells(name, "code"):
        assert len(cell["source"].splitlines()) <= MOST_LINES, cell["source"]
        nodes = list(ast.walk(ast.parse(cell["source"])))
        assert [node for node in nodes if isinstance(node, machinery)] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_in_git_has_no_outputs(name):
    for cell in cells(name, "code"):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None


@pytest.mark.parametrize("name", NAMES)
def test_the_parameters_are_those_of_a_run_and_each_says_what_it_is(name):
    tagged = [cell for cell in cells(name, "code") if "parameters" in tags(cell)]

    assert len(tagged) == 1
    lines = tagged[0]["source"].splitlines()
    assert [line.split(" = ")[0] for line in lines] == PARAMETERS
    assert all("  # " in line for line in lines)


@pytest.mark.parametrize("name", NAMES)
def test_every_sentence_exists_in_both_languages(name):
    prose = cells(name, "markdown")

    assert all(len(tags(cell) & LANGUAGES) == 1 for cell in prose)
    for english, chinese in zip(prose[::2], prose[1::2], strict=True):
        assert ("en" in tags(english), "zh" in tags(chinese)) == (True, True)
        assert len(HEADING.findall(english["source"])) == len(HEADING.findall(chinese["source"]))
        assert re.search(r"[\u4e00-\u9fff]", chinese["source"])


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_opens_with_its_reader_and_decision_and_ends_by_saying_so(name):
    first, last = cells(name, "markdown")[0], cells(name, "code")[-1]

    assert first["source"].startswith("# ")
    assert "The decision:" in first["source"]
    assert last["source"] == "workspace.finished(run)"


@pytest.mark.parametrize("name", NAMES[:4])
def test_every_section_of_an_appendix_asks_a_question_or_names_its_method(name):
    headings = [
        line.removeprefix("## ")
        for cell in cells(name, "markdown")
        if "en" in tags(cell)
        for line in cell["source"].splitlines()
        if line.startswith("## ")
    ]

    assert headings
    assert [h for h in headings if not (h.endswith("?") or h.startswith("Method"))] == []


def bound(cell: dict) -> set[str]:
    """The names that a cell gives a meaning."""
    nodes = list(ast.walk(ast.parse(cell["source"])))
    imported = [name for node in nodes if isinstance(node, IMPORTS) for name in node.names]
    stored = {it.id for it in nodes if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Store)}
    return stored | {name.asname or name.name for name in imported}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_executed_once_keeps_its_meaning_and_shows_nothing_in_words(name):
    """Other cells are executed again for each language: they start from what the first left."""
    once = [cell for cell in cells(name, "code") if "once" in tags(cell)]
    others = [cell for cell in cells(name, "code") if "once" not in tags(cell)]

    assert set().union(*map(bound, once)) & set().union(*map(bound, others)) == set()
    assert [cell for cell in once if re.search(r"language|\bshow\b", cell["source"])] == []
