"""Figures of one quantity over another: concentration and reliability."""

import numpy as np
import polars as pl
from matplotlib import rc_context
from matplotlib.axes import Axes

from segment.figures.drawing import (
    BLUE,
    COLOURS,
    GREY,
    INK,
    RULE,
    STYLE,
    Chart,
    chart,
    nothing,
    shares,
)
from segment.text import percent, phrase

A_FIFTH = 0.2
NEIGHBOURS = 0.06  # points nearer than this share of the axis are labelled on either side


def concentration(curve: pl.DataFrame, *, language: str) -> Chart:
    """Draw the share of customers, best first, against the share of the value they hold.

    `curve` holds customer_share and amount_share, as `pareto.concentration` returns them.
    """
    if not curve["amount_share"].count():
        return nothing(language)
    x, y = curve["customer_share"].to_numpy(), curve["amount_share"].to_numpy()
    at_fifth = float(np.interp(A_FIFTH, x, y))
    said = {"customers": percent(A_FIFTH, language), "share": percent(at_fifth, language)}
    with rc_context(STYLE):
        title = phrase("figure.concentration", language, **said)
        drawn, axes = chart(
            "concentration", title, phrase("figure.concentration_alt", language, **said), 2.8
        )
        axes.plot([0, 1], [0, 1], color=RULE, linewidth=1)
        axes.plot(x, y, color=BLUE, linewidth=2)
        axes.plot([A_FIFTH], [at_fifth], "o", color=BLUE)
        axes.annotate(
            f"{said['customers']} → {said['share']}", (A_FIFTH, at_fifth), xytext=(8, -11),
            textcoords="offset points", color=INK, fontweight="bold",
        )  # fmt: skip
        _share_axes(
            axes, phrase("figure.best_first", language), phrase("figure.of_value", language),
            language,
        )  # fmt: skip
        axes.set_xlim(0, 1)
        axes.set_ylim(bottom=0)
        return drawn


def reliability(frame: pl.DataFrame, *, language: str) -> Chart:
    """Draw what was predicted against what happened, a point a row with its interval.

    `frame` holds grade, predicted_rate, realised_rate and its interval low and high; a grade
    that nobody had holds nulls and has no point.
    """
    points = frame.select(
        pl.col("grade").cast(pl.String), "predicted_rate", "realised_rate", "low", "high"
    )
    graded = points.drop_nulls().sort("predicted_rate", descending=True)
    if graded.is_empty():
        return nothing(language)
    top = float(graded.select(pl.max_horizontal("predicted_rate", "high").max()).item()) or 1.0
    with rc_context(STYLE):
        drawn, axes = chart(
            "reliability",
            phrase("figure.reliability", language),
            phrase("figure.reliability_alt", language),
            2.8,
        )
        axes.plot([0, top], [0, top], color=RULE, linewidth=1)
        above = np.inf
        for code, x, y, low, high in graded.rows():
            axes.plot([x, x], [low, high], color=COLOURS.get(code, GREY), linewidth=2)
            axes.plot([x], [y], "o", color=COLOURS.get(code, GREY))
            side, where = ("right", (-7, -3)) if above - x < NEIGHBOURS * top else ("left", (7, -3))
            axes.annotate(
                code, (x, y), xytext=where, ha=side, textcoords="offset points", color=INK,
                fontweight="bold",
            )  # fmt: skip
            above = x
        _share_axes(
            axes, phrase("figure.predicted", language), phrase("figure.realised", language),
            language,
        )  # fmt: skip
        axes.set_xlim(0, top * 1.08)
        axes.set_ylim(0, top * 1.08)
        return drawn


def _share_axes(axes: Axes, x_label: str, y_label: str, language: str) -> None:
    shares(axes.xaxis, x_label, language)
    shares(axes.yaxis, y_label, language)
    axes.grid()
