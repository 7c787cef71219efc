"""Figures as readers get them: SVG whose text is text, with a title and alt text."""

import datetime as dt
import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

import numpy as np
import polars as pl
import pytest

from segment import figures
from segment.figures import Chart, bars, drawing
from segment.schemes import pareto, value_groups
from segment.text import LANGUAGES, phrase, word

SVG = "{http://www.w3.org/2000/svg}"
ADDRESS = re.compile(r"""[a-z]+://[^\s"'<>)]+""")


def months(*revenue: float) -> pl.DataFrame:
    first = dt.date(2025, 10, 1)
    days = pl.date_range(first, first + dt.timedelta(days=31 * 40), "1mo", eager=True)
    return pl.DataFrame(
        {"month": days.head(len(revenue)), "revenue": pl.Series(revenue, dtype=pl.Float64)}
    )


def groups(*rows: tuple[str, float | None, float]) -> pl.DataFrame:
    kind = pl.Enum(value_groups.LABELS)
    schema = {"value_group": kind, "customer_share": pl.Float64, "actual_value": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


USUAL_GROUPS = groups(
    ("MVC", 0.2, 80.0), ("MGC", 0.16, 10.0), ("core", 0.6, 10.0), ("BZC", 0.04, -9.0)
)


def graded(
    *rows: tuple[str | None, float | None, float | None, float | None, float | None],
) -> pl.DataFrame:
    numbers = ("predicted_rate", "realised_rate", "low", "high")
    schema = {"grade": pl.String} | dict.fromkeys(numbers, pl.Float64)
    return pl.DataFrame(rows, schema=schema, orient="row")


def curve(*values: float) -> pl.DataFrame:
    return pareto.concentration(
        pl.DataFrame({"value": values}, schema={"value": pl.Float64}), "value"
    )


def tenths(*rows: tuple[float, float]) -> pl.DataFrame:
    told = [(place, *means) for place, means in enumerate(rows, start=1)]
    schema = {"tenth": pl.Int64, "predicted": pl.Float64, "actual": pl.Float64}
    return pl.DataFrame(told, schema=schema, orient="row")


def rated(**changes: object) -> pl.DataFrame:
    """Two tenths of a hundred leads each, 5 and 15 points off."""
    columns = {
        "n_leads": [100, 100], "predicted_rate": [0.15, 0.55], "realised_rate": [0.2, 0.4],
        "low": [0.1, 0.3], "high": [0.3, 0.5],
    }  # fmt: skip
    return pl.DataFrame(columns | changes)


TOPS = pl.DataFrame({"top_leads_share": [0.1, 0.5, 1.0], "won_share": [0.32, 0.8, 1.0]})
CREATED = pl.DataFrame(
    {
        "month": [dt.date(2026, month, 1) for month in (3, 4, 6, 7)],
        "n_leads": [50, 50, 50, 50], "n_won": [10, 20, 3, 1],
        "realised_rate": [0.2, 0.4, None, None], "low": [0.1, 0.3, None, None],
        "high": [0.3, 0.5, None, None],
    }
)  # fmt: skip
SEASONS = pl.DataFrame(
    {"month": range(1, 13), "seen": [0.8] * 10 + [2.2, 1.8], "expected": [0.9] * 10 + [1.6, 1.4]}
)
DRAWN: dict[str, Callable[[str], Chart]] = {
    "seasons": lambda language: figures.seasons(SEASONS, language=language),
    "months": lambda language: figures.months(
        months(*range(500, 513)), language=language, currency="EUR"
    ),
    "groups": lambda language: figures.group_shares(USUAL_GROUPS, language=language),
    "concentration": lambda language: figures.concentration(
        curve(60.0, 20.0, 10.0, 10.0, 0.0), language=language
    ),
    "reliability": lambda language: figures.reliability(
        graded(("A", 0.6, 0.5, 0.4, 0.7), ("B", 0.3, 0.3, 0.2, 0.4)), language=language
    ),
    "calibration": lambda language: figures.calibration(rated(), language=language),
    "lift": lambda language: figures.lift(TOPS, language=language),
    "closing_rates": lambda language: figures.closing_rates(CREATED, language=language),
    "tenths": lambda language: figures.tenths(
        tenths((50.0, 46.0), (10.0, 14.0)), language=language, currency="EUR"
    ),
}
every = pytest.mark.parametrize("name", DRAWN)
in_each_language = pytest.mark.parametrize("language", LANGUAGES)


def texts(chart: Chart) -> list[str]:
    return ["".join(node.itertext()) for node in ET.fromstring(chart.svg()).iter(f"{SVG}text")]


# --------------------------------------------------------------- what all figures promise


@every
@in_each_language
def test_a_figure_has_a_title_and_says_in_alt_text_what_it_shows(name, language):
    chart = DRAWN[name](language)
    data, told = chart._repr_mimebundle_()

    address = f"chart-{name.replace('_', '-')}"
    assert told == {"image/svg+xml": {"alt": chart.alt, "title": chart.title, "id": address}}
    assert len(chart.alt) > len(chart.title) > 5
    assert data["text/plain"] == f"{chart.title}\n{chart.alt}"
    assert data["image/svg+xml"] == chart.svg()


@every
@in_each_language
def test_the_same_figure_is_the_same_bytes(name, language):
    chart = DRAWN[name](language)

    assert chart.svg() == chart.svg() == DRAWN[name](language).svg()


@every
@in_each_language
def test_a_figure_names_no_address_no_program_and_no_day(name, language):
    svg = DRAWN[name](language).svg()

    assert set(ADDRESS.findall(svg)) == {"http://www.w3.org/2000/svg"}
    assert "Matplotlib" not in svg
    assert "<metadata" not in svg
    assert not re.search(r"20\d\d-\d\d-\d\dT", svg)


@every
@in_each_language
def test_text_stays_text_in_the_reader_s_own_fonts(name, language):
    svg = DRAWN[name](language).svg()
    fonts = re.findall(r'<text style="[^"]*font-family: ([^;"]*)', svg)

    assert len(fonts) > 3
    assert all(font.startswith("system-ui") and "CJK" in font for font in fonts)
    assert "DejaVu" not in svg


@every
def test_ink_and_lines_turn_light_on_a_dark_page(name):
    svg = DRAWN[name]("en").svg()
    style = ET.fromstring(svg).find(f"{SVG}style").text

    assert style.startswith("@media screen and (prefers-color-scheme:dark){")
    for light, dark in (
        (drawing.INK, drawing.DARK_INK),
        (drawing.QUIET, drawing.DARK_QUIET),
        (drawing.RULE, drawing.DARK_RULE),
    ):
        assert f'[style*="fill: {light}"]{{fill:{dark}!important}}' in style
    drawn = set(re.findall(r"(?:fill|stroke): (#[0-9a-f]{6})", svg.replace(style, "")))
    known = {drawing.INK, drawing.QUIET, drawing.RULE, "#ffffff", "#000000"}
    assert drawn <= known | set(drawing.COLOURS.values()) | {drawing.SKY}


@every
def test_a_figure_is_narrow_enough_for_a_phone(name):
    root = ET.fromstring(DRAWN[name]("zh").svg())

    assert float(root.get("width").removesuffix("pt")) < 380


@every
def test_every_shape_that_is_used_again_is_in_the_figure(name):
    svg = DRAWN[name]("en").svg()

    assert set(re.findall(r'href="#([^"]+)"', svg)) <= set(re.findall(r'id="([^"]+)"', svg))


# --------------------------------------------------------------- months


def test_only_the_last_month_bears_its_number_and_the_alt_text_names_first_and_last():
    chart = figures.months(months(1_200.0, 1_700.0, 999_960.0), language="en", currency="EUR")
    shown = texts(chart)

    assert shown.count("1M") == 1  # and not 1000K; the axis ends at 900K
    assert {"1.2K", "1.7K"}.isdisjoint(shown)
    assert "over 3 months: €1,200 in the first, €999,960 in the last" in chart.alt


@pytest.mark.parametrize(("n", "labels"), [(1, 1), (6, 6), (13, 7), (25, 7)])
def test_months_are_labelled_from_the_last_one_back_as_there_is_room(n, labels):
    shown = texts(figures.months(months(*[5.0] * n), language="zh", currency="EUR"))
    named = [text for text in shown if re.fullmatch(r"20\d\d-\d\d", text)]

    assert len(named) == labels
    assert named[-1] == f"{months(*[5.0] * n)['month'][-1]:%Y-%m}"


@pytest.mark.parametrize("revenue", [(0.0, 0.0), (-5.0, -1.0), (0.0,), (1e12, 1.0)])
def test_months_of_nothing_and_of_refunds_are_drawn(revenue):
    chart = figures.months(months(*revenue), language="en", currency="EUR")

    assert "Oct 25" in texts(chart)


# --------------------------------------------------------------- groups


def test_the_title_says_what_share_the_most_valuable_hold():
    chart = figures.group_shares(USUAL_GROUPS, language="en")

    assert chart.title == "20% of the customers hold 80% of all positive value"
    assert {"20%", "80%", "most valuable", "below zero", "Customers"} <= set(texts(chart))


@pytest.mark.parametrize(("share", "is_labelled"), [(0.06, False), (0.061, True)])
def test_a_piece_too_narrow_for_its_number_has_none(share, is_labelled):
    rows = groups(("MVC", share, 5.0), ("core", 1 - share, 5.0))
    shown = texts(figures.group_shares(rows, language="en"))

    assert ("6%" in shown) is is_labelled


def test_groups_of_no_value_hold_none_of_it():
    chart = figures.group_shares(groups(("MVC", 0.0, 0.0), ("BZC", 1.0, -5.0)), language="en")

    assert chart.title == "0% of the customers hold 0% of all positive value"


# --------------------------------------------------------------- concentration


def test_the_curve_names_what_the_best_fifth_hold():
    chart = figures.concentration(curve(60.0, 20.0, 10.0, 10.0, 0.0), language="en")

    assert chart.title == "The best 20% of the customers hold 60% of the net value"
    assert "20% → 60%" in texts(chart)


def test_customers_below_zero_lift_the_curve_above_the_whole():
    chart = figures.concentration(curve(120.0, 0.0, 0.0, 0.0, -20.0), language="en")

    assert chart.title == "The best 20% of the customers hold 120% of the net value"


def test_one_customer_holds_everything():
    assert "20%" in figures.concentration(curve(5.0), language="en").title


# --------------------------------------------------------------- reliability


def side(chart: Chart, code: str) -> str:
    anchors = re.findall(r'<text style="([^"]*)"[^>]*>' + code + "</text>", chart.svg())
    assert len(anchors) == 1
    return "left" if "text-anchor: end" in anchors[0] else "right"


@pytest.mark.parametrize(("near", "expected"), [(0.45, "left"), (0.43, "right")])
def test_of_two_near_points_the_lower_is_labelled_on_the_other_side(near, expected):
    rows = graded(("A", 0.50, 0.5, 0.4, 0.9), ("B", near, 0.5, 0.4, 0.9))  # near: within 0.054
    chart = figures.reliability(rows.reverse(), language="en")

    assert (side(chart, "A"), side(chart, "B")) == ("right", expected)


def test_a_grade_that_nobody_had_has_no_point():
    rows = graded(("A", None, None, None, None), ("B", 0.3, 0.3, 0.2, 0.4))
    shown = texts(figures.reliability(rows, language="en"))

    assert "B" in shown
    assert "A" not in shown


def test_rates_of_nothing_are_drawn():
    assert "A" in texts(figures.reliability(graded(("A", 0.0, 0.0, 0.0, 0.0)), language="en"))


@pytest.mark.parametrize("label", ["<b>A</b>", "$a_1$ & $b$", "等级一"])
def test_a_label_is_shown_as_it_is_written(label):
    chart = figures.reliability(graded((label, 0.5, 0.5, 0.4, 0.6)), language="zh")

    assert label in texts(chart)


# --------------------------------------------------------------- tenths


def test_the_title_says_what_the_first_tenth_held_and_the_alt_text_what_it_was_to_bring():
    chart = figures.tenths(tenths((50.0, 46.0), (10.0, 4.0)), language="en", currency="EUR")

    assert chart.title.endswith("held 92% of the money")
    assert "€50 was expected and €46 came" in chart.alt
    assert {"predicted", "happened", "1", "2"} <= set(texts(chart))


# --------------------------------------------------------------- nothing to draw


@pytest.mark.parametrize(
    "draw",
    [
        lambda language: figures.months(months(), language=language, currency="EUR"),
        lambda language: figures.group_shares(groups(), language=language),
        lambda language: figures.group_shares(groups(("MVC", None, 0.0)), language=language),
        lambda language: figures.concentration(curve(), language=language),
        lambda language: figures.concentration(curve(-5.0, 2.0), language=language),
        lambda language: figures.reliability(graded(), language=language),
        lambda language: figures.reliability(
            graded(("A", None, None, None, None)), language=language
        ),
        lambda language: figures.tenths(tenths(), language=language, currency="EUR"),
        lambda language: figures.tenths(tenths((5.0, 0.0)), language=language, currency="EUR"),
    ],
)
@in_each_language
def test_where_numbers_are_unknown_the_figure_says_so(draw, language):
    chart = draw(language)

    assert chart.title.startswith(phrase("figure.nothing", language))
    assert chart.alt == chart.title
    assert texts(chart) == []


def test_the_seasons_name_the_busiest_and_the_quietest_month():
    drawn = figures.seasons(SEASONS, language="en")

    assert "most in November (160%)" in drawn.alt
    assert "least in January (90%)" in drawn.alt
    assert "11月最多" in figures.seasons(SEASONS, language="zh").alt.replace("十一月", "11月")


# --------------------------------------------------------------- closing rates


def test_the_title_says_how_far_chances_lay_from_what_came():
    assert "10.0 points apart" in figures.calibration(rated(), language="en").title


def test_the_best_leads_are_named_with_what_they_hold():
    chart = figures.lift(TOPS, language="en")

    assert chart.title == "The best 10% of the prospects hold 32% of all wins"
    assert "10% → 32%" in texts(chart)


def test_the_closing_rate_counts_known_months_only_and_says_which_are_not():
    chart = figures.closing_rates(CREATED, language="en")

    assert chart.title == "Of the prospects of a month 30% are won in time"
    assert "2 months are shaded" in chart.alt
    assert "not known yet" in texts(chart)
    known = figures.closing_rates(CREATED.head(2), language="en")
    assert "not known yet" not in texts(known)


@pytest.mark.parametrize(
    "draw",
    [
        lambda language: figures.calibration(rated().clear(), language=language),
        lambda language: figures.lift(TOPS.clear(), language=language),
        lambda language: figures.closing_rates(CREATED.tail(2), language=language),
        lambda language: figures.closing_rates(CREATED.clear(), language=language),
    ],
)
@in_each_language
def test_without_a_known_closing_rate_the_figure_says_so(draw, language):
    assert draw(language).title == phrase("figure.nothing", language)


# --------------------------------------------------------------- colours

PAPERS = ("#fbfbf9", "#ffffff", "#15181d", "#1c2027")  # of page.css, light and dark
SETS = (
    ("MVC", "MGC", "core", "BZC"),
    ("A", "B", "C", "D"),
    ("VIP", "large", "medium", "small"),
    ("active", "won_back", "sleeping", "lost"),
)
# What is seen with protanopia and with deuteranopia: Machado, Oliveira & Fernandes 2009, table 1.
SIGHTS = (
    ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
     (-0.003882, -0.048116, 1.051998)),
    ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
     (-0.011820, 0.042940, 0.968881)),
)  # fmt: skip
JUST_SEEN = 2.3  # a difference in CIELAB that is just seen: Mahy, Van Eycken & Oosterlinck 1994


def linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """The contrast of WCAG 2.2: 1 is none, 21 black on white."""
    dark, light = sorted(float(linear(it) @ [0.2126, 0.7152, 0.0722]) for it in (one, other))
    return (light + 0.05) / (dark + 0.05)


def lab(light: np.ndarray) -> np.ndarray:
    weights = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(weights) @ np.clip(light, 0, 1) / [0.95047, 1.0, 1.08883]
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_the_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # WCAG's own example


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("colour", sorted({*drawing.COLOURS.values(), drawing.SKY}))
def test_every_mark_stands_out_from_a_light_and_a_dark_page(paper, colour):
    assert contrast(colour, paper) >= 3.0


@pytest.mark.parametrize("colour", sorted(set(drawing.COLOURS.values())))
def test_what_is_written_on_a_colour_can_be_read(colour):
    assert contrast(colour, drawing.ON.get(colour, "#000000")) >= 4.5


@pytest.mark.parametrize("codes", SETS)
@pytest.mark.parametrize("sight", SIGHTS)
def test_no_two_labels_look_alike_to_colour_blind_readers(codes, sight):
    seen = [lab(np.array(sight) @ linear(drawing.COLOURS[code])) for code in codes]
    apart = [np.linalg.norm(a - b) for place, a in enumerate(seen) for b in seen[:place]]
    same = [
        drawing.COLOURS[a] == drawing.COLOURS[b]
        for place, a in enumerate(codes)
        for b in codes[:place]
    ]

    assert not any(same)
    assert min(apart) > 5 * JUST_SEEN


@in_each_language
@pytest.mark.parametrize("shares", [(0.2, 0.15, 0.57, 0.08), (0.01, 0.01, 0.97, 0.01)])
def test_the_names_of_the_groups_stand_at_their_pieces_and_not_over_one_another(shares, language):
    widths = np.array([0.2, 0.2, 0.1, 0.15])
    middles = np.cumsum(shares) - np.array(shares) / 2
    places = bars._spread(middles, widths)

    assert (np.diff(places) >= (widths[1:] + widths[:-1]) / 2 - 1e-9).all()
    assert places[-1] + widths[-1] / 2 <= 1 + 1e-9
    shown = groups(
        *((code, share, 1.0) for code, share in zip(value_groups.LABELS, shares, strict=True))
    )
    said = texts(figures.group_shares(shown, language=language))
    assert {word("scheme.value_group", code, language) for code in value_groups.LABELS} <= set(said)
