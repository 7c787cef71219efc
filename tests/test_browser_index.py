"""The page of all months as a reader searches it: in Debian's Chromium, from disk, offline."""

import pytest

from chromium import barriers, opened
from segment.errors import RunError
from segment.report import card, failures, index, notebooks
from toys import run_card

pytestmark = pytest.mark.browser
MONTHS = ("2025-12", "2026-08", "2026-09", "2026-10")
POINTS = {
    "2026-08": "Customers below zero: 7.",
    "2026-09": "<img src=x onerror=\"document.title = 'ran'\"> is silent.",
    "2026-10": "All is well.",
}


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """Four months in two languages, one of which failed lately, and one that never came."""
    reports = tmp_path_factory.mktemp("reports")
    for place, month in enumerate(MONTHS):
        main = {"label": "actual_value", "value": 1000.0 + 100 * place}
        points = {"en": [POINTS[month]]} if month in POINTS else {}
        facts = run_card(
            month, as_of=f"{month}-30", languages=("en", "zh"),
            status="provisional" if month == "2026-10" else "complete",
            headline={"main_figure": main, "n_customers": 7, "main_points": points},
        )  # fmt: skip
        for language in facts.languages:
            (reports / month / language).mkdir(parents=True)
            for name in notebooks.NAMES:
                page = reports / card.page(month, language, name)
                page.write_text(f"<h1>{month} {language} {name}</h1>", encoding="utf-8")
        card.write(facts, reports / month)
    failures.leave(reports, "2026-11", RunError("Cell 4 of 3-prospects failed."), "3-prospects")
    return index.rebuild(reports, company="Rosen & Töchter", language="en", code="0.1.0")


def months(page):
    return page.locator("#months > article:visible").evaluate_all("all => all.map(it => it.id)")


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_opens_with_no_request_no_message_and_no_sideways_scrolling(browser, path, width):
    page, said, asked = opened(browser, path, width)

    assert (said, asked) == ([], [path.as_uri()])
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    assert page.title().startswith("Customer reports")
    assert page.locator("main img").count() == 0


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("september", ["2026-09"]),
        ("2026", ["2026-11", "2026-10", "2026-09", "2026-08"]),
        ("below ZERO", ["2026-08"]),  # a word of the main points, which are folded
        ("provisional", ["2026-10"]),
        ("failed", ["2026-11"]),
        ("nothing such", []),
    ],
)
def test_the_months_are_searched_by_the_keyboard(browser, path, asked, found):
    page, said, _ = opened(browser, path)
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "search-months":
            break
    page.keyboard.type(asked)

    assert months(page) == [f"month-{month}" for month in found]
    assert page.locator("output[for=search-months]").inner_text() == f"{len(found)} of 5 months"
    assert said == []

    for _ in asked:
        page.keyboard.press("Backspace")
    assert len(months(page)) == 5


def test_without_the_script_the_whole_list_stands_and_no_search(browser, path):
    page, _, _ = opened(browser, path, java_script_enabled=False)

    assert page.locator("#months > article:visible").count() == 5
    assert not page.locator("#search-months").is_visible()


def test_each_language_of_a_month_is_a_way_to_its_pages(browser, path):
    page, _, _ = opened(browser, path)
    newest = page.locator("#month-2026-10")

    assert newest.locator("nav").evaluate_all("all => all.map(it => it.lang)") == ["en", "zh"]
    newest.locator("nav[lang=zh] a").first.click()
    assert page.locator("h1").inner_text() == "2026-10 zh 5-monthly-report"


def test_the_line_says_its_message_to_those_who_do_not_see_it(browser, path):
    page, _, _ = opened(browser, path)
    line = page.get_by_role("img")

    assert line.count() == 1
    assert line.get_attribute("aria-label").startswith("Actual value: from €1,000 in December 2025")


def test_a_month_that_failed_has_no_way_to_what_is_not_there(browser, path):
    page, _, _ = opened(browser, path)
    failed = page.locator("#month-2026-11")

    assert failed.locator("a").count() == 0
    assert "The last published report is that of October 2026." in failed.inner_text()


def test_the_printed_list_has_no_search_and_no_folded_parts(browser, path):
    page, _, _ = opened(browser, path)
    page.emulate_media(media="print")

    for hidden in ("#search-months", ".appendices", ".feed", ".front details:not([open])"):
        assert not page.locator(hidden).first.is_visible()
    assert page.locator("#months > article:visible").count() == 5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_serious_on_the_list_of_months(browser, axe, path, width, scheme):
    page, _, _ = opened(browser, path, width, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")

    assert barriers(page, axe) == []
