"""Tables as a reader sorts, searches and saves them: in Debian's Chromium, from disk, offline."""

import csv
import datetime as dt

import polars as pl
import pytest

from chromium import opened
from segment import spreadsheets, tables
from segment.report import notebooks, render
from toys import code, displayed, notebook, placed, run_card, text

pytestmark = pytest.mark.browser
NAMES = [
    "=1+1", "+1", "-1", "@sum(A1)", "\tx", "-rest", 'a "quoted", name', "Ærø", "<b>bold</b>",
    "－1", " =2",
]  # fmt: skip
SIZES = [5.0, None, 1234567.0, -3.0, 0.4, 70.0, 600.0, 8.0, 9.0, 10.0, -12000.0]


def shown(table):
    return displayed(text_html=table.as_raw_html())


def written(folder, *cells, language="en"):
    page = notebook(text("# Which?"), *cells)
    facts = run_card("2026-10", languages=(language,))
    path = folder / "page.html"
    html = render.page(page, placed(facts, notebooks.FRONT, language=language), notebooks.FRONT)
    path.write_text(html, encoding="utf-8")
    return path


@pytest.fixture(scope="module", params=["en", "zh"])
def path(request, tmp_path_factory):
    days = [dt.date(2026, 10, 31) - dt.timedelta(days=40 * n) for n in range(11)]
    many = pl.DataFrame(
        {
            "name": NAMES,
            "revenue": SIZES,
            "margin": [n / 7 - 0.3 for n in range(11)],
            "due_on": days,
        }
    )
    under = pl.DataFrame(
        {"name": [f"lead {n:02}" for n in range(12)], "clv": [float(12 - n) for n in range(12)],
         "when_due": ["now"] * 5 + ["later"] * 7}
    )  # fmt: skip
    way = {"language": request.param, "currency": "EUR"}
    made = [
        tables.table(many, id="many", **way),
        tables.table(under, id="parts", under="when_due", **way),
        tables.table(many.head(3), id="three", **way),
        tables.table(many.head(2), id="two", **way),
    ]
    cells = [code("x", count=n, outputs=[shown(table)]) for n, table in enumerate(made, start=1)]
    return written(tmp_path_factory.mktemp(request.param), *cells, language=request.param)


def column(page, table, place=1):
    cells = page.locator(f"#{table} tbody tr:visible > :nth-child({place})").all_inner_texts()
    return [cell.strip() for cell in cells]


def head(page, table, place):
    return page.locator(f"#{table} thead th").nth(place - 1)


def test_numbers_sort_as_numbers_with_the_unknown_last_and_a_third_click_restores(browser, path):
    page, said, _ = opened(browser, path)
    before = column(page, "many", 2)
    seen = []
    for way in ("ascending", "descending", None):
        head(page, "many", 2).locator("button").click()
        assert head(page, "many", 2).get_attribute("aria-sort") == way
        seen.append(column(page, "many", 2))

    up = ["−12,000", "−3", "0", "5", "8", "9", "10", "70", "600", "1,234,567", "—"]
    assert seen == [up, [*up[-2::-1], "—"], before]
    assert said == []


def test_days_shares_and_names_sort_each_by_their_kind(browser, path):
    page, _, _ = opened(browser, path)
    head(page, "many", 3).locator("button").click()
    shares = [float(it.rstrip("%").replace("−", "-")) for it in column(page, "many", 3)]
    assert shares == sorted(shares)
    assert shares[0] < 0

    head(page, "many", 4).locator("button").click()
    assert column(page, "many", 4) == sorted(column(page, "many", 4))
    assert head(page, "many", 3).get_attribute("aria-sort") is None

    head(page, "parts", 1).locator("button").click()
    head(page, "parts", 1).locator("button").click()
    assert column(page, "parts")[1:3] == ["lead 04", "lead 03"]  # within its heading
    assert len(column(page, "parts")) == 12 + 2


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_keyboard_sorts_as_a_click_does(browser, path, key):
    page, _, _ = opened(browser, path)
    head(page, "many", 2).locator("button").focus()
    page.keyboard.press(key)

    assert head(page, "many", 2).get_attribute("aria-sort") == "ascending"
    assert column(page, "many", 2)[0] == "−12,000"
    assert page.evaluate("document.activeElement.className") == "sorts"


def test_a_search_keeps_the_rows_that_hold_all_words_and_counts_them(browser, path):
    page, _, _ = opened(browser, path)
    field = page.locator("#many input[type=search]")
    count = page.locator("#many output")
    assert count.inner_text() == ""

    field.fill("LEAD")
    assert (column(page, "many"), "0" in count.inner_text()) == ([], True)
    field.fill("name QUOTED")
    assert column(page, "many") == ['a "quoted", name']
    assert {"1", "11"} <= set(count.inner_text().replace("行", " ").split())
    field.fill("")
    assert (len(column(page, "many")), count.inner_text()) == (11, "")


def test_a_heading_goes_with_the_last_of_its_rows(browser, path):
    page, _, _ = opened(browser, path)
    page.locator("#parts input[type=search]").fill("lead 07")

    assert column(page, "parts") == ["later", "lead 07"]


def test_a_short_table_has_no_search_and_a_tiny_one_nothing(browser, path):
    page, _, _ = opened(browser, path)

    assert page.locator("#three input, #three .saves").count() == 0
    assert page.locator("#three .sorts").count() == 4
    assert page.locator("#two .sorts").count() == 0


def test_a_saved_table_is_what_stands_there_and_no_cell_is_a_formula(browser, path):
    page, said, asked = opened(browser, path)
    with page.expect_download() as caught:
        page.locator("#many .saves").click()
    saved = caught.value.path().read_bytes()
    header, *rows = csv.reader(saved.decode("utf-8-sig").splitlines())

    assert caught.value.suggested_filename == "2026-10-5-monthly-report-many.csv"
    assert saved.startswith("\ufeff".encode())
    assert len(header) == 4
    assert "↕" not in "".join(header)
    told = [" ".join(name.split()) for name in NAMES]  # as the page shows them
    safe = spreadsheets.as_text(pl.DataFrame({"name": told}))["name"].to_list()
    assert [row[0] for row in rows] == safe
    assert [row[1] for row in rows[:4]] == ["5", "", "1234567", "-3"]
    assert [row[3] for row in rows[:2]] == ["2026-10-31", "2026-09-21"]
    assert said == []
    assert [url for url in asked if not url.startswith("blob:")] == [path.as_uri()]


def test_a_saved_table_holds_only_the_rows_searched_for_in_their_order(browser, path):
    page, _, _ = opened(browser, path)
    head(page, "parts", 2).locator("button").click()
    page.locator("#parts input[type=search]").fill("lead 0")
    with page.expect_download() as caught:
        page.locator("#parts .saves").click()
    _, *rows = csv.reader(caught.value.path().read_text("utf-8-sig").splitlines())

    assert [row[0] for row in rows] == [f"lead 0{n}" for n in (4, 3, 2, 1, 0)] + ["lead 10"] + [
        f"lead 0{n}" for n in (9, 8, 7, 6, 5)
    ]


def test_without_a_script_the_page_is_whole_and_promises_nothing(browser, path):
    page, _, _ = opened(browser, path, java_script_enabled=False)

    assert page.locator("#many tbody tr").count() == 11
    assert page.locator("input, .sorts, .saves, output").count() == 0


def test_no_other_script_runs_beside_the_page_s_own(browser, path):
    changed = path.with_name("changed.html")
    html = path.read_text(encoding="utf-8")
    more = "<script>document.title = 'ran'</script><p onclick=\"document.title = 'ran'\">x</p>"
    changed.write_text(html.replace("</body>", f"{more}</body>"), encoding="utf-8")
    page, said, _ = opened(browser, changed)
    page.locator("body > p").click()

    assert page.title().startswith("Which?")
    assert len(said) == 2  # both were refused
    assert page.locator(".sorts").count() > 0


def test_a_letter_more_in_the_script_and_nothing_runs(browser, path):
    changed = path.with_name("letter.html")
    html = path.read_text(encoding="utf-8")
    changed.write_text(html.replace('"use strict";', '"use strict"; '), encoding="utf-8")
    page, said, _ = opened(browser, changed)

    assert len(said) == 1
    assert page.locator(".sorts").count() == 0


def test_a_field_searches_the_list_that_it_names_and_is_shown_only_where_the_script_runs(
    browser, path
):
    html = path.read_text(encoding="utf-8")
    more = (
        '<p data-scripted hidden><input type="search" id="f" data-filters="l" aria-label="a">'
        '<output for="f"></output></p><ul id="l"><li>October 2026</li><li>May 2026</li></ul>'
    )
    changed = path.with_name("list.html")
    changed.write_text(html.replace("</main>", f"{more}</main>"), encoding="utf-8")
    page, said, _ = opened(browser, changed)
    page.locator("#f").fill("may")

    assert page.locator("#l li:visible").all_inner_texts() == ["May 2026"]
    assert "1" in page.locator("output[for=f]").inner_text()
    assert said == []
    assert not opened(browser, changed, java_script_enabled=False)[0].locator("#f").is_visible()
