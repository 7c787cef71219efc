"""Pages on paper: A4, in Debian's Chromium; what is read back is the text of each sheet."""

import re
import zlib

import polars as pl
import pytest

from chromium import opened
from segment import tables
from segment.report import notebooks, render
from segment.report.around import around
from toys import code, displayed, notebook, run_card, text

pytestmark = pytest.mark.browser
POINTS_WIDE, POINTS_HIGH = 594.96, 841.92  # of an A4 sheet, as Chromium rounds them


@pytest.fixture(scope="module")
def paper(browser, tmp_path_factory):
    rows = pl.DataFrame({"name": [f"Customer {n}" for n in range(120)], "clv": [1.0] * 120})
    table = displayed(text_html=tables.table(rows, id="t", language="en").as_raw_html())
    page = notebook(text("# Who?"), text("## First"), code("x", count=1, outputs=[table]))
    folder = tmp_path_factory.mktemp("paper")
    path = folder / "page.html"
    facts = around(run_card("2026-10"), notebooks.FRONT, ["2026-10"])
    path.write_text(render.page(page, facts, notebooks.FRONT), encoding="utf-8")
    return opened(browser, path)[0]


def test_a_page_is_printed_on_a4(paper):
    sheets = re.findall(rb"/MediaBox \[([\d. ]+)\]", paper.pdf(prefer_css_page_size=True))

    assert len(sheets) > 2
    for sheet in sheets:
        _, _, width, height = map(float, sheet.split())
        assert (width, height) == pytest.approx((POINTS_WIDE, POINTS_HIGH), abs=1)


def test_the_head_of_a_table_stands_on_each_sheet_that_the_table_reaches(paper):
    paper.emulate_media(media="print")
    assert paper.evaluate("getComputedStyle(document.querySelector('thead .sorts')).display") == (
        "contents"
    )
    # a head draws its words in bold, which nothing else in a table does
    sheets = _sheets(paper)
    paper.evaluate("document.querySelector('thead').remove()")
    heads = [with_it - without for with_it, without in zip(sheets, _sheets(paper), strict=False)]

    assert len(heads) > 2
    assert min(heads[1:]) > 0


def _sheets(page) -> list[int]:
    """Return how many pieces of text each sheet draws, set apart by their font."""
    made = page.pdf(prefer_css_page_size=True, tagged=False)
    drawn = [_unpacked(it) for it in re.findall(rb"stream\r?\n(.*?)endstream", made, re.DOTALL)]
    return [it.count(b" Tf") for it in drawn if b" Tf" in it]


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return b""
