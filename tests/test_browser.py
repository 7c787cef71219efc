"""The pages as a reader opens them: from disk, with the network off, in Debian's Chromium."""

import polars as pl
import pytest
from great_tables import GT

from chromium import barriers, opened
from segment.report import card, index, notebooks, render
from toys import code, displayed, notebook, placed, run_card, text

pytestmark = pytest.mark.browser
WIDTHS = (1280, 390)
HOSTILE = (
    "<script>document.title = 'ran'</script>",
    "<img src=x onerror=\"document.title = 'ran'\">",
    '"><svg onload="document.title = \'ran\'">',
    "</td></table></main><h1>broken</h1>",
)
LINE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 90" width="360">'
    '<text x="4" y="20">472 000</text><path d="M0 80L120 60L240 70L360 10" stroke="#0072b2" '
    'fill="none"/></svg>'
)


def cells():
    frame = pl.DataFrame(
        {
            "name": [*HOSTILE, "a name without a single space " * 6, "x" * 120],
            **{name: [1234.5] * 6 for name in ("clv", "actual_value", "wallet", "amount", "total")},
        }
    )
    table = GT(frame, id="t").tab_header("Whom to call")
    tiles = (
        '<div class="tiles"><div class="tile"><span class="value">€12,345,678</span></div></div>'
    )
    figure = displayed({"image/svg+xml": {"alt": "It rises", "title": "Up"}}, image_svg__xml=LINE)
    return [
        text("# What are customers worth?"),
        text("## Who leads?\n\n* one\n* two\n\n| a | b |\n|---|---|\n| 1 | 2 |"),
        code("tiles", count=1, outputs=[displayed(text_html=tiles)]),
        code("x = 'a long line of code ' * 40  # " + "y" * 200, count=2, outputs=[figure]),
        code("table", count=3, outputs=[displayed(text_html=table.as_raw_html())]),
        code("unsafe", count=4, outputs=[displayed(text_html=it) for it in HOSTILE]),
        text("".join(f"\n\n{it}" for it in HOSTILE[:-1])),
        text("## And what is to be done?"),
    ]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    reports = tmp_path_factory.mktemp("reports")
    for month in ("2026-09", "2026-10"):
        facts = run_card(month, as_of=f"{month}-30")
        (reports / month / "en").mkdir(parents=True)
        card.write(facts, reports / month)
        for name in notebooks.NAMES:
            audience = "manager" if name == notebooks.FRONT else "analyst"
            made = render.page(
                notebook(*cells(), audience=audience),
                placed(facts, name, ["2026-09", "2026-10"]),
                name,
            )
            (reports / month / "en" / f"{name}.html").write_text(made, encoding="utf-8")
    front = index.rebuild(reports, company="Rosen & Töchter", language="en", code="0.1.0")
    return [
        front,
        reports / "2026-10" / "en" / "2-customer-value.html",
        reports / "2026-10" / "en" / "5-monthly-report.html",
    ]


def test_a_page_opens_from_disk_with_no_error_and_asks_for_nothing_else(browser, pages):
    for path in pages:
        page, said, asked = opened(browser, path)

        assert said == []
        assert asked == [path.as_uri()]
        assert page.locator("h1").count() == 1


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways(browser, pages, width):
    for path in pages:
        page, _, _ = opened(browser, path, width)
        page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")

        beyond = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert beyond == 0, path.name


def test_a_wide_table_scrolls_by_itself_on_a_phone(browser, pages):
    page, _, _ = opened(browser, pages[-1], 390)
    table = page.locator(".wide:has(.gt_table)").first

    assert table.evaluate("it => it.scrollWidth > it.clientWidth")
    assert table.evaluate("it => getComputedStyle(it).overflowX") == "auto"


def test_no_script_of_a_name_or_remark_is_executed(browser, pages):
    for path in pages[1:]:
        page, said, _ = opened(browser, path)

        assert page.title().startswith("What are customers worth?")
        assert page.locator("main script, main iframe, main form").count() == 0
        assert page.locator("script").count() == 1  # our own
        assert page.get_by_text("<script>document.title").count() == 1  # the name, as a name
        assert said == []


def test_markup_in_a_name_does_not_break_the_page(browser, pages):
    page, _, _ = opened(browser, pages[1])

    assert page.locator("main h2").last.inner_text() == "And what is to be done?"
    assert page.locator("body > footer").count() == 1


def test_code_is_folded_until_it_is_asked_for(browser, pages):
    page, _, _ = opened(browser, pages[1])
    fold = page.locator("details.code").first

    assert not fold.locator("pre").is_visible()
    fold.locator("summary").click()
    assert fold.locator("pre").is_visible()


def test_the_ways_between_the_pages_lead_somewhere(browser, pages):
    page, _, _ = opened(browser, pages[1])

    for words in ("← September 2026", "October 2026 →", "Report", "All months", "October 2026"):
        page.get_by_role("link", name=words, exact=True).first.click()
        assert page.locator("h1").count() == 1


def test_the_page_turns_dark_where_the_reader_likes_it_so(browser, pages):
    grounds = {
        scheme: opened(browser, pages[1], color_scheme=scheme)[0].evaluate(
            "getComputedStyle(document.body).backgroundColor"
        )
        for scheme in ("light", "dark")
    }

    assert grounds == {"light": "rgb(251, 251, 249)", "dark": "rgb(21, 24, 29)"}


def test_the_keyboard_reaches_the_content_first(browser, pages):
    page, _, _ = opened(browser, pages[1])
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"


def test_a_page_prints_on_a4_without_what_only_a_screen_needs(browser, pages):
    page, _, _ = opened(browser, pages[1])
    page.emulate_media(media="print")

    for hidden in ("nav.months", "nav.pages", "nav.contents", "details.code"):
        assert not page.locator(hidden).first.is_visible()
    assert page.locator("h1").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser, axe, pages, scheme):
    for path in pages:
        page, _, _ = opened(browser, path, color_scheme=scheme)

        assert barriers(page, axe) == [], path.name


def test_axe_is_there_and_finds_what_is_wrong(browser, axe, pages):
    page, _, _ = opened(browser, pages[1])
    page.evaluate("document.querySelector('h1').style.color = '#dddddd'")
    page.evaluate("document.querySelector('main img').removeAttribute('alt')")

    assert {rule for rule, *_ in barriers(page, axe)} == {"color-contrast", "image-alt"}


def test_the_keyboard_goes_through_the_page_in_its_order_and_is_always_seen(browser, pages):
    page, _, _ = opened(browser, pages[1])
    order = page.evaluate_handle(
        "[...document.querySelectorAll('a[href], button, input, summary, [tabindex]')]"
        ".filter(it => it.checkVisibility())"
    )
    places, seen = [], []
    for _ in range(order.evaluate("it => it.length")):
        page.keyboard.press("Tab")
        places.append(order.evaluate("it => it.indexOf(document.activeElement)"))
        seen.append(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))

    assert places == sorted(places)
    assert places[0] == 0
    assert len(set(places)) == len(places)
    assert set(seen) == {"solid"}


def test_the_contents_name_the_section_at_hand(browser, pages):
    page, _, _ = opened(browser, pages[1])
    at_hand = page.locator(".contents a[aria-current]")
    page.locator("h2").last.evaluate("it => it.scrollIntoView()")
    at_hand.filter(has_text="And what is to be done?").wait_for()

    assert at_hand.count() == 1
    page.evaluate("scrollTo(0, 0)")
    at_hand.filter(has_text="Who leads?").wait_for()
    assert at_hand.count() == 1


def test_the_contents_are_folded_on_a_phone_and_open_beside_the_text(browser, pages):
    phone, _, _ = opened(browser, pages[1], 390)
    wide, _, _ = opened(browser, pages[1])

    assert not phone.locator(".contents ol").is_visible()
    phone.locator(".contents summary").click()
    assert phone.locator(".contents ol").is_visible()
    assert wide.locator(".contents ol").is_visible()


def test_every_thing_has_a_link_to_itself_that_the_keyboard_reaches(browser, pages):
    page, _, _ = opened(browser, pages[1])
    ways = page.locator("main .here")
    hrefs = [it.get_attribute("href") for it in ways.all()]

    assert {"#who-leads", "#chart", "#t"} <= set(hrefs)
    assert len(set(hrefs)) == len(hrefs)
    ways.nth(1).focus()
    assert ways.nth(1).evaluate("it => getComputedStyle(it).opacity") == "1"
    page.keyboard.press("Enter")
    assert page.url.endswith(hrefs[1])
