"""Labels that open their passports, as a reader clicks them: in Debian's Chromium, no script."""

import polars as pl
import pytest

from chromium import opened
from passports_data import AS_OF, LINES, abc, classed, groups_kind
from segment import passports, tables
from segment.report import notebooks, render
from toys import code, displayed, notebook, placed, run_card, text

pytestmark = pytest.mark.browser
HOSTILE = '"><img src=x onerror="document.title = \'ran\'">' + "x" * 60
OPEN = ":popover-open"


def shown(table: object) -> dict[str, object]:
    return displayed(text_html=table.as_raw_html())


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    groups = classed(*((f"C{n}", 600.0 * n, "CCBBBBAAAA"[n]) for n in range(10)))
    groups = groups.with_columns(
        purchases_last_year=pl.lit(12), expected_revenue=pl.lit(4000.0), silent_days=pl.lit(3),
        rhythm_days=pl.lit(30.0),
    )  # fmt: skip
    issued = passports.issue(groups, LINES, [abc()], AS_OF, model="mbg_nbd 12345678")
    named = groups.select("customer_id", name=pl.lit(HOSTILE), abc_class="abc_class")
    cards = passports.cards(issued, named, currency="EUR")
    rules = passports.rule_cards([abc(), groups_kind()], LINES, AS_OF, currency="EUR")
    way = {"language": "en", "currency": "EUR"}
    by_class = pl.DataFrame({"abc_class": ["A", "B", "C"], "n_customers": [4, 4, 2]})
    moves = pl.DataFrame({"from_label": ["MVC", "came"], "MVC": [1, 2], "left": [0, 0]})
    made = [
        tables.table(named, id="one", opens=cards, **way),
        tables.table(named.drop("name"), id="two", opens=cards, **way),
        tables.table(by_class, id="by", opens=rules, vocabulary={"abc_class": "scheme.abc_class"},
                     **way),
        tables.table(moves, id="moves", opens=rules, across="scheme.value_group",
                     vocabulary={"from_label": "scheme.value_group"}, **way),
    ]  # fmt: skip
    cells = [code("x", count=n, outputs=[shown(table)]) for n, table in enumerate(made, start=1)]
    piece = displayed(text_html=passports.show(issued, "C1", currency="EUR").html)
    page = notebook(text("# Who is an A?"), *cells, code("x", count=9, outputs=[piece]))
    folder = tmp_path_factory.mktemp("report")
    facts = run_card("2026-10")
    written = folder / "page.html"
    html = render.page(page, placed(facts, notebooks.FRONT), notebooks.FRONT)
    written.write_text(html, encoding="utf-8")
    return written


def test_every_label_has_a_card_and_every_address_is_its_own(browser, path):
    page, said, asked = opened(browser, path)

    assert page.locator(".opens").count() == 10 + 10 + 3 + 2
    assert page.evaluate(
        "[...document.querySelectorAll('[popovertarget]')]"
        ".every(it => document.getElementById(it.getAttribute('popovertarget'))?.popover)"
    )
    assert page.evaluate(
        "(ids => ids.length == new Set(ids).size)"
        "([...document.querySelectorAll('[id]')].map(it => it.id))"
    )
    assert said == []
    assert asked == [path.as_uri()]


def test_a_click_opens_the_card_and_escape_closes_it(browser, path):
    page, said, _ = opened(browser, path)
    label = page.locator("#one .opens").nth(9)
    assert page.locator(OPEN).count() == 0

    label.click()
    assert page.locator(OPEN).count() == 1
    assert "€5,400; A begins at €3,440." in page.locator(OPEN).inner_text()

    page.keyboard.press("Escape")
    assert page.locator(OPEN).count() == 0
    assert label.evaluate("it => it == document.activeElement")
    assert said == []


def test_a_click_beside_the_card_and_its_own_button_close_it(browser, path):
    page, _, _ = opened(browser, path)
    label = page.locator("#two .opens").first

    label.click()
    page.mouse.click(5, 5)
    assert page.locator(OPEN).count() == 0

    label.click()
    page.locator(OPEN).get_by_role("button", name="Close").click()
    assert page.locator(OPEN).count() == 0


def test_the_keyboard_opens_a_card_and_is_seen_where_it_is(browser, path):
    page, _, _ = opened(browser, path)
    page.locator("#by .opens").first.focus()
    page.keyboard.press("Tab")

    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.locator(OPEN).get_attribute("aria-label") == "ABC class"


def test_a_header_of_a_movement_opens_the_rule(browser, path):
    page, _, _ = opened(browser, path)
    page.locator("#moves thead .opens").click()

    assert "from €1,000 (Actual value)" in page.locator(OPEN).inner_text()


def test_no_name_in_a_card_becomes_markup(browser, path):
    page, said, _ = opened(browser, path)
    page.locator("#one .opens").first.click()

    assert HOSTILE in page.locator(OPEN).inner_text()
    assert page.locator("main img").count() == 0
    assert said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_the_card_fits_the_screen_and_scrolls_inside(browser, path, scheme):
    page, _, _ = opened(browser, path, 390, color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 320})
    page.locator("#two .opens").first.click()
    box = page.locator(OPEN).bounding_box()

    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= 390
    assert box["y"] + box["height"] <= 320
    assert page.locator(OPEN).evaluate("it => it.scrollHeight > it.clientHeight")
    assert page.locator(OPEN).evaluate("it => it.scrollWidth == it.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_on_paper_a_label_is_text_and_no_card_is_there(browser, path):
    page, _, _ = opened(browser, path)
    page.locator("#two .opens").first.click()
    page.emulate_media(media="print")

    label = page.locator("#two .opens").first
    assert label.evaluate("it => getComputedStyle(it).textDecorationLine") == "none"
    assert not page.locator(".passport[popover]").first.is_visible()
    assert page.locator(".passport:not([popover])").first.is_visible()
