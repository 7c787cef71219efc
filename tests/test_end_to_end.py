"""The five notebooks of the repository on real input, as a person runs them."""

import html
import json
import re
import shutil
import subprocess
import sys
from itertools import product
from pathlib import Path

import polars as pl
import pytest

from chromium import barriers, opened
from segment import sample
from segment.report import gate, notebooks, script
from segment.sample import SampleRules

ROOT = Path(__file__).parents[1]
SMALL = SampleRules(n_customers=400, n_prospects=400, n_responses=60)
MOST_BYTES = 500_000
OUTSIDE = re.compile(r"""(?:src|href|action|url\()=?["']?(?:https?:)?//""")


def segment(*words: str, here: Path) -> subprocess.CompletedProcess[str]:
    start = "from segment.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", start, *words],
        cwd=here,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def pages(folder: Path) -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}


@pytest.fixture(scope="module")
def here(tmp_path_factory) -> Path:
    """A folder as a clone has it, with a small sample company."""
    folder = tmp_path_factory.mktemp("clone")
    shutil.copy(ROOT / "segment.toml", folder)
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    sample.write(folder / "data" / "sample", SMALL)
    return folder


@pytest.fixture(scope="module")
def two_months(here) -> Path:
    for words in (["--as-of", "2026-09"], []):
        done = segment("run", *words, here=here)
        assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].endswith("index.html")
    return here / "reports"


@pytest.mark.parametrize("month", ["2026-09/en", "2026-10/en", "2026-10/zh"])
def test_every_page_is_one_small_file_with_no_address_outside(two_months, month):
    found = pages(two_months / month)

    assert set(found) == set(notebooks.NAMES)
    for name, text in found.items():
        assert len(text.encode()) < MOST_BYTES, name
        assert OUTSIDE.findall(text) == [], name
        assert re.findall(r"<script[^>]*>(.*?)</script>", text, re.S) == [script.TEXT], name
        assert "default-src 'none'" in html.unescape(text), name


@pytest.mark.parametrize("month", ["2026-09/en", "2026-10/en", "2026-10/zh"])
def test_no_page_shows_what_is_no_number_or_no_word(two_months, month):
    for name, text in pages(two_months / month).items():
        shown = re.sub(
            r"<[^>]+>", " ", re.sub(r"<(style|script|details)\b.*?</\1>", "", text, flags=re.S)
        )
        assert re.findall(r"\b(?:nan|NaN|None|inf|null|NoneType)\b|\{\w+\}", shown) == [], name


@pytest.mark.parametrize("month", ["2026-09/en", "2026-10/en", "2026-10/zh"])
def test_every_address_is_there_once_and_every_way_within_a_page_leads_somewhere(two_months, month):
    for name, text in pages(two_months / month).items():
        addresses = re.findall(r' id="([^"]*)"', text)
        ways = re.findall(r' (?:popovertarget="|href="#)([^"]*)"', text)

        assert len(set(addresses)) == len(addresses), name
        assert set(ways) - set(addresses) == set(), name
        assert text.count("<figure") == text.count("<figure id="), name
        assert text.count('class="tile"') == text.count('class="tile" id='), name


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_any_page_in_either_language(browser, axe, two_months, scheme):
    only = {"runOnly": ["color-contrast"]} if scheme == "dark" else {}
    for path in [two_months / "index.html", *sorted(two_months.glob("2026-10/*/*.html"))]:
        shown, _, _ = opened(browser, path, color_scheme=scheme)

        assert barriers(shown, axe, **only) == [], path
        assert shown.evaluate(
            "[...document.querySelectorAll('main table')].every(it => it.closest('main [id]'))"
        ), path
        shown.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_open_from_disk_with_no_error_no_request_and_no_sideways_scrolling(
    browser, two_months, width
):
    for path in [two_months / "index.html", *(two_months / "2026-10").glob("*/*.html")]:
        shown, said, asked = opened(browser, path, width)
        beyond = shown.evaluate("document.documentElement.scrollWidth - innerWidth")

        assert (said, asked, beyond) == ([], [path.as_uri()], 0), path.name
        shown.context.close()


@pytest.mark.browser
def test_on_a_wide_screen_no_table_is_cut_off(browser, two_months):
    cut = """[...document.querySelectorAll("main .wide")]
        .filter(it => it.scrollWidth > it.clientWidth).map(it => it.innerText.slice(0, 80))"""
    for path in (two_months / "2026-10").glob("*/*.html"):
        shown, _, _ = opened(browser, path, 1280)

        assert shown.evaluate(cut) == [], path.name
        shown.context.close()


def test_movement_appears_once_the_month_before_is_published(two_months):
    before, now = (pages(two_months / month / "en") for month in ("2026-09", "2026-10"))

    assert "Once the month before is published" in before["5-monthly-report"]
    assert 'id="movement"' in now["5-monthly-report"]


def test_the_chinese_pages_are_chinese(two_months):
    for name, text in pages(two_months / "2026-10" / "zh").items():
        assert '<html lang="zh">' in text, name
        headings = re.findall(r"<h[12][^>]*>(.*?)</h[12]>", text)
        assert headings, name
        assert [h for h in headings if not re.search(r"[\u4e00-\u9fff]", h)] == [], name


def test_every_label_reaches_the_groups_and_money_at_the_top_is_money_at_the_bottom(two_months):
    folder = two_months / "2026-10"
    groups = pl.read_parquet(folder / "tables" / "groups.parquet")
    accepted = pl.read_parquet(folder / "inputs" / "transactions.parquet")

    labels = ["tier", "abc_class", "key_class", "value_group", "lifecycle_state"]
    assert groups.select(pl.col(labels).null_count()).row(0) == (0,) * len(labels)
    assert groups["revenue"].sum() == pytest.approx(accepted["amount"].sum(), abs=0.005)
    headline = json.loads((folder / "tables" / "headline.json").read_text(encoding="utf-8"))
    assert headline["main_figure"]["value"] == pytest.approx(groups["actual_value"].sum())


def test_a_second_run_gives_the_same_bytes(here, two_months, tmp_path):
    # labels last from month to month, so the month before is there again
    shutil.copytree(two_months / "2026-09", tmp_path / "again" / "2026-09")
    shutil.copy(two_months / ".key", tmp_path / "again")  # of the codes that stand for names
    done = segment("run", "--reports", str(tmp_path / "again"), here=here)
    assert done.returncode == 0, done.stderr

    months = re.compile(r'<nav class="months".*?</nav>', re.S)  # another folder, other months
    for language, name in product(("en", "zh"), notebooks.NAMES):
        first, second = (
            months.sub("", pages(folder / "2026-10" / language)[name])
            for folder in (two_months, tmp_path / "again")
        )
        assert first == second, name
    for name in ("customers", "prospects", "groups", "actions"):
        first, second = (
            (folder / "2026-10" / "tables" / f"{name}.parquet").read_bytes()
            for folder in (two_months, tmp_path / "again")
        )
        assert first == second, name


def test_with_transactions_alone_the_other_sections_say_what_would_make_them_appear(here, tmp_path):
    done = segment(
        "run", "--data", "data/sample/transactions.csv", "--reports", str(tmp_path), here=here
    )
    assert done.returncode == 0, done.stderr

    found = pages(tmp_path / "2026-10" / "en")
    assert "Bring a table of prospects" in found["3-prospects"]
    assert "Bring a table of prospects" in found["5-monthly-report"]
    assert "Bring a table of costs" in found["2-customer-value"]
    assert "Bring a table of invoices" in found["1-data-check"]


def test_cdnow_reports_the_published_parameters(tmp_path):  # Fader, Hardie & Lee 2005; note 025
    config = str(ROOT / "examples" / "cdnow" / "segment.toml")

    done = segment(
        "run", "--config", config, "--as-of", "1997-09-30", "--reports", str(tmp_path), here=ROOT
    )

    assert done.returncode == 0, done.stderr
    page = pages(tmp_path / "1997-09" / "en")["2-customer-value"]
    table = re.search(r'id="parameters".*?</table>', page, re.S)
    assert table is not None
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", table[0])
    shown = dict(zip(cells[1::5], map(float, cells[2::5]), strict=True))
    assert shown == {
        "r": pytest.approx(0.2426, abs=5e-4), "alpha": pytest.approx(4.4136, abs=5e-4),
        "a": pytest.approx(0.7929, abs=5e-4), "b": pytest.approx(2.4259, abs=5e-4),
        "p": pytest.approx(6.25, abs=5e-3), "q": pytest.approx(3.74, abs=5e-3),
        "gamma": pytest.approx(15.44, abs=5e-3),
    }  # fmt: skip


def test_a_notebook_opened_alone_runs_on_the_sample_as_it_is(here, tmp_path):
    """The last notebook needs the groups, which need the customers: both are made on the way."""
    target = tmp_path / "alone.ipynb"
    words = ["-m", "papermill", "5-monthly-report.ipynb", str(target), "--no-progress-bar"]

    done = subprocess.run(
        [sys.executable, *words],
        cwd=here / "notebooks",
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert done.returncode == 0, done.stderr[-2000:]
    assert gate.check(notebooks.read(target), "5-monthly-report").n_code_cells > 0
    made = {path.stem for path in (here / "reports" / ".lab" / "tables").glob("*.parquet")}
    assert made == {
        "customers", "parameters", "uncorrected", "groups", "lines", "passports", "actions",
        "exceptions", "watch_list", "prospects", "prospect_passports", "lookalike_centres",
        "offers", "occasions", "assignment", "outlook",
    }  # fmt: skip
