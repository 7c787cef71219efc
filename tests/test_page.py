"""Pieces of the page: every value is escaped, every change is said rightly."""

import re
from html.parser import HTMLParser

import polars as pl
import pytest

from segment import page
from segment.errors import ConfigError
from segment.schema import TABLES

SCRIPT = '<script>alert("1")</script>'


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def figures(*rows: tuple[str, str, float | None, float | None, float | None]) -> pl.DataFrame:
    names = ("now", "month_ago", "year_ago")
    schema = {"figure": pl.String, "kind": pl.String} | dict.fromkeys(names, pl.Float64)
    return pl.DataFrame(rows, schema=schema, orient="row")


# --------------------------------------------------------------- what a reader could break


@pytest.mark.parametrize(
    "piece",
    [
        page.points([f"{SCRIPT} & <b>5 > 4</b>"]),
        page.say("page.up", "en", by=f"{SCRIPT} & <b>5 > 4</b>"),
    ],
)
def test_marks_in_a_value_are_shown_and_are_no_markup(piece):
    read = Tags(piece.html)

    assert set(read.tags) <= {"p", "ul", "li"}
    assert f"{SCRIPT} & <b>5 > 4</b>" in read.text
    assert SCRIPT in piece.plain  # plain text is no markup


def test_a_currency_that_is_markup_is_shown_too():
    shown = page.tiles(figures(("revenue_of_month", "money", 5.0, None, None)), "en", SCRIPT)

    assert "script" not in Tags(shown.html).tags


def test_a_notebook_gets_html_and_plain_text():
    piece = page.points(["one", "two"])

    assert piece._repr_mimebundle_() == {
        "text/html": '<ul class="points"><li>one</li><li>two</li></ul>',
        "text/plain": "- one\n- two",
    }


def test_without_a_sentence_there_is_no_list():
    assert page.points([]).html == ""
    assert page.points(iter(())).plain == ""


def test_sentences_in_chinese_stay_as_they_are():
    assert page.say("page.up", "zh", by="5%").html == "<p>上升 5%</p>"


@pytest.mark.parametrize("table", [*TABLES, "last_month"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_table_says_in_one_line_what_it_would_bring(table, language):
    piece = page.absent(table, language)

    assert Tags(piece.html).text == piece.plain
    assert 'class="absent"' in piece.html
    assert "\n" not in piece.plain


def test_a_table_that_is_none_is_refused():
    with pytest.raises(ConfigError, match=r"no phrase 'absent\.costz'.*'absent\.costs'"):
        page.absent("costz", "en")


# --------------------------------------------------------------- how a figure moved


@pytest.mark.parametrize(
    ("now", "then", "said"),
    [
        (110.0, 100.0, "▲ up 10.0% ago"),
        (90.0, 100.0, "▼ down 10.0% ago"),
        (1005.0, 1000.0, "▲ up 0.5% ago"),  # exactly on the line
        (1004.9, 1000.0, "● unchanged ago"),
        (995.0, 1000.0, "▼ down 0.5% ago"),
        (995.1, 1000.0, "● unchanged ago"),
        (0.0, 100.0, "▼ down 100.0% ago"),
        (-50.0, 100.0, "▼ down 150.0% ago"),
        (100.0, 0.0, ""),  # of nothing there is no percentage
        (0.0, 0.0, ""),
        (100.0, -50.0, ""),  # a month of refunds
        (100.0, None, ""),
    ],
)
def test_money_and_counts_move_by_a_percentage(now, then, said):
    assert page.change(now, then, "money", "ago", "en") == said
    assert page.change(now, then, "count", "ago", "en") == said


@pytest.mark.parametrize(
    ("now", "then", "said"),
    [
        (0.305, 0.300, "▲ up 0.5 points ago"),
        (0.105, 0.100, "▲ up 0.5 points ago"),  # 0.0049999… as floats
        (0.3049, 0.300, "● unchanged ago"),
        (0.20, 0.30, "▼ down 10.0 points ago"),
        (0.20, 0.00, "▲ up 20.0 points ago"),
        (0.20, None, ""),
    ],
)
def test_shares_move_by_points(now, then, said):
    assert page.change(now, then, "share", "ago", "en") == said


def test_a_sentence_has_no_arrow():
    assert page.change(110, 100, "money", "ago", "en", arrow=False) == "up 10.0% ago"


# --------------------------------------------------------------- tiles


def test_each_known_figure_has_a_tile_with_its_value_and_changes():
    shown = page.tiles(
        figures(
            ("revenue_of_month", "money", 1500.4, 1000.0, 3000.0),
            ("buyers_of_year", "count", 1234.0, 1234.0, None),
            ("repeat_rate", "share", 0.256, None, 0.2),
        ),
        "en",
        "EUR",
    )

    assert shown.plain.splitlines() == [
        "Revenue of the month: €1,500 (▲ up 50.0% on month; ▼ down 50.0% on year)",
        "Customers who bought in 12 months: 1,234 (● unchanged on month)",
        "Repeat rate: 25.6% (▲ up 5.6 points on year)",
    ]
    assert [f'id="figure-{name}"' in shown.html for name in ("repeat_rate", "T")] == [True, False]
    assert Tags(shown.html).tags.count("span") == 3 + 1 + 1 + 3 + 2  # names, values, changes


@pytest.mark.parametrize("unknown", [None, float("nan")])
def test_an_unknown_figure_has_no_tile_and_an_unknown_past_no_change(unknown):
    shown = page.tiles(
        figures(
            ("revenue_of_month", "money", 5.0, unknown, 0.0),
            ("repeat_rate", "share", unknown, 0.5, 0.5),
        ),
        "en",
        "EUR",
    )

    assert shown.plain == "Revenue of the month: €5"


def test_without_figures_there_are_no_tiles():
    assert Tags(page.tiles(figures(), "zh", "EUR").html).tags == ["div"]


def test_tiles_speak_chinese():
    shown = page.tiles(figures(("revenue_of_month", "money", 110.0, 100.0, None)), "zh", "CNY")

    assert shown.plain == "本月销售额: ¥110 (▲ 环比上升 10.0%)"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_tile_draws_its_line_and_says_it_to_who_cannot_see_it(language):
    rows = figures(
        ("repeat_rate", "share", 0.3, None, None), ("revenue_of_month", "money", 5.0, None, None)
    )
    lines = rows.with_columns(line=pl.Series([[0.1, None, 0.4, 0.3], [None, None, None, 5.0]]))
    shown = page.tiles(lines, language, "EUR")

    assert shown.html.count("<svg") == 1  # one month alone is no line
    label = re.search('aria-label="([^"]*)"', shown.html)[1]
    assert [it for it in ("10.0%", "30.0%", "40.0%", "4") if it not in label] == []
    assert shown.plain == page.tiles(rows, language, "EUR").plain
