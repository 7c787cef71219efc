"""Figures of bars: revenue by month, groups, tenths, and the seasons."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from segment import counting
from segment.figures.drawing import BLUE, COLOURS, INK, ON, QUIET, SKY, STYLE, Chart, chart, nothing
from segment.text import money, month_name, percent, phrase, short, word

Floats = NDArray[np.float64]
LETTER = 0.0175  # of the width of the axes, of a Latin letter; a Chinese one has two
EDGED: dict[str, Any] = {
    "markeredgecolor": "white",
    "markeredgewidth": 0.8,
}  # a point stands out from its bar
NARROWEST_LABELLED = 0.06  # a narrower piece of a bar cannot hold its number


def months(frame: pl.DataFrame, *, language: str, currency: str) -> Chart:
    """Draw revenue by month as bars, the last one marked: `frame` holds month and revenue."""
    if frame.is_empty():
        return nothing(language)
    with rc_context(STYLE):
        values = frame["revenue"].to_numpy()
        alt = phrase(
            "figure.months_alt", language, months=frame.height,
            money=money(values[-1], currency, language), first=money(values[0], currency, language),
        )  # fmt: skip
        drawn, axes = chart(
            "months", phrase("figure.months", language, currency=currency), alt, 2.2
        )
        places = np.arange(len(values))
        bars = axes.bar(places, values, width=0.72)
        for place, bar in enumerate(bars):
            bar.set_color(BLUE if place == places[-1] else SKY)
        last_only = [""] * (len(places) - 1) + [short(values[-1], language)]
        axes.bar_label(bars, last_only, padding=2, color=INK)
        shown = places[::-1][:: max(1, len(places) // 6)][::-1]
        labels = frame["month"].dt.strftime({"en": "%b %y", "zh": "%Y-%m"}[language]).to_list()
        axes.set_xticks(shown, [labels[place] for place in shown])
        axes.yaxis.set_major_formatter(FuncFormatter(lambda tick, _: short(tick, language)))
        axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.grid(axis="y")
        return drawn


def group_shares(groups: pl.DataFrame, *, language: str) -> Chart:
    """Draw the value groups' shares of customers and of positive value, a bar each.

    `groups` is one row a group: value_group, customer_share, actual_value.
    """
    if not groups["customer_share"].count():
        return nothing(language)
    groups = counting.shown(groups.filter(pl.col("value_group").is_not_null())).with_columns(
        pl.col("customer_share", "actual_value").fill_null(0.0)  # of too few to be told of
    )
    codes = groups["value_group"].cast(pl.String).to_list()
    gains = groups["actual_value"].clip(0)
    rows = {
        phrase("figure.customers", language): groups["customer_share"].to_list(),
        phrase("figure.value", language): (gains / (gains.sum() or 1.0)).to_list(),
    }
    heads, worth = (percent(parts[0], language) for parts in rows.values())
    alt = phrase("figure.groups_alt", language, customers=heads, value=worth)
    with rc_context(STYLE):
        title = phrase("figure.groups", language, customers=heads, value=worth)
        drawn, axes = chart("groups", title, alt, 1.3)
        for place, parts in enumerate(rows.values()):
            _stack(axes, place, codes, parts, language)
        _name(axes, codes, groups["customer_share"].to_list(), language)
        axes.set_yticks(range(len(rows)), list(rows), color=INK)
        axes.invert_yaxis()
        axes.set_xlim(0, 1)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        return drawn


def _stack(
    axes: Axes, place: int, codes: Sequence[str], parts: Sequence[float], language: str
) -> None:
    left = 0.0
    for code, share in zip(codes, parts, strict=True):
        axes.barh(place, share, left=left, height=0.62, color=COLOURS[code])
        if share > NARROWEST_LABELLED:
            axes.text(
                left + share / 2, place, percent(share, language),
                ha="center", va="center", color=ON.get(COLOURS[code], "#000000"),
                fontweight="bold",
            )  # fmt: skip
        left += share


def _name(axes: Axes, codes: Sequence[str], parts: Sequence[float], language: str) -> None:
    """Write the name of each piece above it, with a line to it, no two over one another."""
    names = [word("scheme.value_group", code, language) for code in codes]
    widths = np.array([LETTER * sum(2 - it.isascii() for it in f"{name}  ") for name in names])
    middles = np.cumsum(parts) - np.array(parts) / 2
    for code, name, middle, at in zip(codes, names, middles, _spread(middles, widths), strict=True):
        axes.plot([middle, at], [-0.33, -0.52], color=COLOURS[code], linewidth=1.2, clip_on=False)
        axes.text(at, -0.56, name, ha="center", va="bottom", color=INK)


def _spread(middles: Floats, widths: Floats) -> Floats:
    """Move labels as little to the right, then to the left, that none lies over another."""
    left = middles - widths / 2
    for place in range(1, len(left)):
        left[place] = max(left[place], left[place - 1] + widths[place - 1])
    bound = 1.0
    for place in reversed(range(len(left))):
        left[place] = min(left[place], bound - widths[place])
        bound = left[place]
    return left + widths / 2


def tenths(frame: pl.DataFrame, *, language: str, currency: str) -> Chart:
    """Draw what each tenth of the customers was to bring, beside what it brought.

    `frame` holds tenth (1 is expected to bring most), predicted and actual, means a customer.
    """
    if frame["actual"].sum() <= 0:
        return nothing(language)
    places, came, said = (frame[name].to_numpy() for name in ("tenth", "actual", "predicted"))
    told = {"share": percent(came[0] / came.sum(), language)}
    amounts = (money(value, currency, language) for value in (said[0], came[0]))
    alt = dict(zip(("predicted", "actual"), amounts, strict=True)) | told
    with rc_context(STYLE):
        title = phrase("figure.tenths", language, **told)
        drawn, axes = chart("tenths", title, phrase("figure.tenths_alt", language, **alt), 2.6)
        axes.bar(places, came, width=0.72, color=SKY, label=phrase("figure.came", language))
        axes.plot(
            places, said, "o", color=BLUE, **EDGED, label=phrase("figure.predicted", language)
        )
        axes.set_xticks(places)
        axes.set_xlabel(phrase("figure.tenth", language))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda tick, _: short(tick, language)))
        axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.set_ylabel(phrase("figure.a_customer", language, currency=currency))
        axes.grid(axis="y")
        axes.legend(frameon=False, loc="upper right")
        return drawn


def seasons(frame: pl.DataFrame, *, language: str) -> Chart:
    """Draw how much is bought in each month of the year, beside what is expected to come again.

    `frame` holds month (1 to 12), seen and expected, 1 on average over a year.
    """
    busiest, quietest = (
        frame.sort("expected", descending=descending).row(0, named=True)
        for descending in (True, False)
    )
    if busiest["seen"] == quietest["seen"]:
        return nothing(language)
    said = {
        "busiest": month_name(busiest["month"], language),
        "most": percent(busiest["expected"], language),
        "quietest": month_name(quietest["month"], language),
        "least": percent(quietest["expected"], language),
    }
    places, seen, expected = (frame[name].to_numpy() for name in ("month", "seen", "expected"))
    with rc_context(STYLE):
        title = phrase("figure.seasons", language, **said)
        drawn, axes = chart("seasons", title, phrase("figure.seasons_alt", language, **said), 2.2)
        axes.bar(places, seen, width=0.72, color=SKY, label=phrase("figure.so_far", language))
        axes.plot(
            places, expected, "o", color=BLUE, **EDGED, label=phrase("figure.to_come", language)
        )
        axes.axhline(1.0, color=QUIET, linewidth=0.8, linestyle=(0, (3, 3)))
        shown = places[:: 2 if language == "en" else 1]
        axes.set_xticks(shown, [month_name(int(place), language, short=True) for place in shown])
        axes.yaxis.set_major_formatter(FuncFormatter(lambda tick, _: percent(tick, language)))
        axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.grid(axis="y")
        axes.set_ylim(0, 1.25 * max(seen.max(), expected.max(), 1.0))
        axes.legend(frameon=False, loc="upper left", ncols=2)
        return drawn
