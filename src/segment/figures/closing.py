"""Figures of closing rates: beside what was said, at the top of the list, and month by month."""

import numpy as np
import polars as pl
from matplotlib import rc_context
from matplotlib.axes import Axes

from segment.figures.drawing import (
    BLUE,
    INK,
    QUIET,
    RULE,
    SKY,
    STYLE,
    Chart,
    chart,
    nothing,
    shares,
)
from segment.text import number, percent, phrase

HEADROOM = 1.1  # above the highest bound, so that it does not touch the edge
MOST_TICKS = 6


def calibration(tenths: pl.DataFrame, *, language: str) -> Chart:
    """Draw what was said against what came, a point a tenth of the leads with its interval.

    `tenths` holds n_leads, predicted_rate, realised_rate, low and high.
    """
    if tenths.is_empty():
        return nothing(language)
    n, x, y, low, high = (
        tenths[name].to_numpy()
        for name in ("n_leads", "predicted_rate", "realised_rate", "low", "high")
    )
    points = number(100 * float(n @ np.abs(x - y) / n.sum()), language, 1)
    said = {
        "error": phrase("page.points_of_share", language, points=points),
        "n": number(int(n.sum()), language),
    }
    top = HEADROOM * float(max(x.max(), high.max()))
    with rc_context(STYLE):
        drawn, axes = chart("calibration", 
            phrase("figure.calibration", language, **said),
            phrase("figure.calibration_alt", language, **said), 2.8,
        )  # fmt: skip
        axes.plot([0, top], [0, top], color=RULE, linewidth=1)
        axes.vlines(x, low, high, color=SKY, linewidth=2)
        axes.plot(x, y, "o", color=BLUE)
        shares(axes.xaxis, phrase("figure.said_chance", language), language)
        shares(axes.yaxis, phrase("figure.came_rate", language), language)
        axes.grid()
        axes.set_xlim(0, top)
        axes.set_ylim(0, top)
        return drawn


def lift(tops: pl.DataFrame, *, language: str) -> Chart:
    """Draw which share of all wins the best leads hold: a point a tenth, the first one named.

    `tops` holds top_leads_share and won_share, as `goodness.lift` returns them.
    """
    if tops.is_empty():
        return nothing(language)
    x, y = tops["top_leads_share"].to_numpy(), tops["won_share"].to_numpy()
    said = {"top": percent(x[0], language), "won": percent(y[0], language)}
    with rc_context(STYLE):
        drawn, axes = chart("lift", 
            phrase("figure.lift", language, **said), phrase("figure.lift_alt", language, **said),
            2.6,
        )  # fmt: skip
        axes.plot([0, 1], [0, 1], color=RULE, linewidth=1)
        axes.plot(np.append(0.0, x), np.append(0.0, y), color=BLUE, linewidth=2)
        axes.plot(x[:1], y[:1], "o", color=BLUE)
        axes.annotate(
            f"{said['top']} → {said['won']}", (x[0], y[0]), xytext=(8, -11),
            textcoords="offset points", color=INK, fontweight="bold",
        )  # fmt: skip
        shares(axes.xaxis, phrase("figure.best_leads_first", language), language)
        shares(axes.yaxis, phrase("figure.of_wins", language), language)
        axes.grid()
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1.02)
        return drawn


def closing_rates(months: pl.DataFrame, *, language: str) -> Chart:
    """Draw the share of each month's leads that were won in time, with its interval.

    `months` is what `goodness.by_month` returns; months that are not known yet are shaded.
    """
    known = months.drop_nulls("realised_rate")
    if known.is_empty():
        return nothing(language)
    rate = float(known["n_won"].sum()) / float(known["n_leads"].sum())
    said = {
        "rate": percent(rate, language), "n": number(known.height, language),
        "unknown": number(months.height - known.height, language),
    }  # fmt: skip
    with rc_context(STYLE):
        drawn, axes = chart("closing-rates", 
            phrase("figure.closing_rates", language, **said),
            phrase("figure.closing_rates_alt", language, **said), 2.4,
        )  # fmt: skip
        places = _places(months["month"])
        is_known = months["realised_rate"].is_not_null().to_numpy()
        y, low, high = (known[name].to_numpy() for name in ("realised_rate", "low", "high"))
        axes.axhline(rate, color=QUIET, linewidth=0.8, linestyle=(0, (3, 3)))
        axes.vlines(places[is_known], low, high, color=SKY, linewidth=2)
        axes.plot(places[is_known], y, "o", color=BLUE, markersize=4)
        axes.set_ylim(0, HEADROOM * float(high.max()))
        if not is_known.all():
            _shade(axes, places[~is_known], phrase("figure.not_known_yet", language))
        step = max(1, -(-len(places) // MOST_TICKS))
        labels = months["month"].dt.strftime({"en": "%b %y", "zh": "%Y-%m"}[language]).to_list()
        shown = range(0, len(places), step)
        axes.set_xticks([places[at] for at in shown], [labels[at] for at in shown])
        shares(axes.yaxis, phrase("figure.won_in_time", language), language)
        axes.grid(axis="y")
        return drawn


def _places(months: pl.Series) -> np.ndarray:
    """Return months as whole numbers, so that a month without leads leaves a gap."""
    return (months.dt.year() * 12 + months.dt.month()).to_numpy().astype(float)


def _shade(axes: Axes, places: np.ndarray, label: str) -> None:
    axes.axvspan(places[0] - 0.5, places[-1] + 0.5, color=RULE, alpha=0.5, linewidth=0)
    axes.text(
        (places[0] + places[-1]) / 2, 0.5, label, ha="center", va="center", color=QUIET,
        rotation=90, transform=axes.get_xaxis_transform(),
    )  # fmt: skip
