"""Names, remarks and fields that are attacks, from raw tables to pages in Chromium and to Excel."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import polars as pl
import pytest

import hostile
from segment import spreadsheets
from segment.report import notebooks

pytestmark = pytest.mark.drill

ROOT = Path(__file__).parents[1]
WIDTHS = (1280, 390)
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
FORMULA = re.compile(r"[\s\x00-\x1f\ufeff\u202a-\u202e]*[=+\-@＝＋－＠]")
NUMBER = re.compile(r"-[\d.,]+")


@pytest.fixture(scope="module")
def month(tmp_path_factory) -> Path:
    """A month of a company of attacks, by name, made for real."""
    here = tmp_path_factory.mktemp("hostile")
    hostile.write(here / "data")
    rules = (
        '[company]\nname = "<b>Rosen</b> {{x}}"\n'
        '[data]\nfolder = "data"\n[privacy]\non_pages = "full"\n'
    )
    (here / "segment.toml").write_text(rules, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", "from segment.cli import main; main()", "run",
         "--notebooks", str(ROOT / "notebooks")],
        cwd=here, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return here / "reports" / "2026-10"


def pages(month: Path) -> list[Path]:
    return sorted(path for path in month.rglob("*.html"))


def visited(browser, path: Path, width: int):
    """Open a page as a reader would, touch everything, and count what it did, as Chromium tells."""
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
    page = context.new_page()
    told = context.new_cdp_session(page)
    done: list[str] = []
    for domain in ("Runtime", "Page", "Network", "Log"):
        told.send(f"{domain}.enable")
    told.on("Runtime.consoleAPICalled", lambda said: done.append(f"console {said['type']}"))
    told.on("Runtime.exceptionThrown", lambda said: done.append(f"exception {said}"))
    told.on("Page.javascriptDialogOpening", lambda said: done.append(f"dialog {said['type']}"))
    told.on("Log.entryAdded", lambda said: done.append(f"log {said['entry']['text']}"))
    told.on(
        "Network.requestWillBeSent",
        lambda said: done.append(f"request {said['request']['url']}"),
    )
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")
    for kind in ("mouseover", "focus", "load", "error", "toggle"):
        page.evaluate(
            f"document.querySelectorAll('main *').forEach(it => it.dispatchEvent("
            f"new Event('{kind}')))"
        )
    for place in range(min(page.locator("main .opens").count(), 3)):
        page.locator("main .opens").nth(place).click()
        page.keyboard.press("Escape")
    page.wait_for_timeout(200)
    asked = [one for one in done if one.startswith("request") and " data:" not in one]
    others = [one for one in done if not one.startswith("request")]
    return page, others, [one for one in asked if one != f"request {path.as_uri()}"]


@pytest.mark.browser
@pytest.mark.parametrize("with_policy", [True, False])
def test_nothing_of_a_name_or_a_remark_is_executed_or_asked_for(
    browser, month, tmp_path, with_policy
):
    for path in pages(month):
        text = path.read_text(encoding="utf-8")
        assert POLICY.search(text), path.name
        bare = tmp_path / path.name  # what holds without the policy does not rest on the browser
        bare.write_text(text if with_policy else POLICY.sub("", text), encoding="utf-8")
        page, said, asked = visited(browser, bare, WIDTHS[0])

        assert page.evaluate("typeof window.ran") == "undefined", path.name
        assert (said, asked) == ([], []), path.name
        own = "main iframe, main form, main script, main base, main link, main meta, main style"
        assert page.locator(own).count() == 0, path.name
        page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_no_name_breaks_the_page_or_hides_a_part_of_it(browser, month, width):
    for path in pages(month):
        page, _, _ = visited(browser, path, width)
        beyond = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        read = notebooks.read(next(month.rglob(f"{path.stem}.ipynb")))
        prose = [
            cell["source"]
            for cell in read["cells"]
            if cell["cell_type"] == "markdown"
            and path.parent.name in cell["metadata"].get("tags", ())
        ]
        sections = re.findall(r"^## (.+)$", "\n\n".join(prose), re.MULTILINE)

        assert beyond == 0, path.name
        assert page.locator("h1").count() == 1, path.name
        assert page.locator("body > footer, main ~ footer").count() == 1, path.name
        shown = [one.strip() for one in page.locator("main h2:visible").all_inner_texts()]
        assert [one for one in shown if one in sections] == sections, path.name
        page.context.close()


def test_the_attacks_are_on_the_pages_and_no_letter_of_them_is_lost(month):
    text = (month / "en" / "4-customer-groups.html").read_text(encoding="utf-8")

    for attack in (
        "&lt;script&gt;window.ran",
        "&lt;img src=x onerror=",
        "javascript:window.ran",
        "{{ 7 * 7 }}{% raw %}",
        "@SUM(A1)",
        "x" * 300,
    ):
        assert attack in text, attack
    assert not re.search("[\x00-\x08\u202a-\u202e\u2066-\u2069]", text)


def test_every_cell_of_a_csv_is_text_to_a_spreadsheet(month):
    files = [*month.rglob("lists/*.csv"), *month.rglob("rejected/*.csv")]
    cells = [
        str(cell)
        for path in files
        for row in pl.read_csv(path, infer_schema=False, encoding="utf8").iter_rows()
        for cell in row
        if cell is not None
    ]

    assert {path.parent.name for path in files} == {"lists", "rejected"}
    assert any(cell.startswith("'=cmd|") for cell in cells)
    assert [one for one in cells if FORMULA.match(one) and not NUMBER.fullmatch(one)] == []


def test_every_cell_of_a_workbook_is_text_a_number_or_a_day(month):
    files = [*month.rglob("lists/*.xlsx")]
    kinds: set[str] = set()
    texts = ""
    for path in files:
        with zipfile.ZipFile(path) as parts:
            sheets = "".join(
                parts.read(name).decode() for name in parts.namelist() if "/sheet" in name
            )
            texts += parts.read("xl/sharedStrings.xml").decode()
            assert not any("hyperlink" in name or "rels/sheet" in name for name in parts.namelist())
        assert re.findall(r"<f\b|<hyperlink|ddeLink|oleLink", sheets) == [], path.name
        kinds |= set(re.findall(r'<c [^>]*\bt="(\w+)"', sheets))

    assert len(files) > 2
    assert kinds <= {"s", "b"}  # shared text, or true and false; a number and a day have none
    assert "=cmd|" in texts


def test_the_rules_of_the_drill_are_those_of_the_files():
    held = pl.DataFrame({"text": [one for one in hostile.ATTACKS if FORMULA.match(one)]})

    assert held.height == 8
    assert spreadsheets.as_text(held)["text"].str.starts_with("'").all()
