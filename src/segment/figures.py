"""Frame to figure: one message each, drawn as SVG whose text stays text.

A `Chart` shows itself in a notebook and carries the alt text that says its message; its title
stands above it as text of the page. One colour a label, everywhere, from the Okabe-Ito palette,
which readers with colour-blindness can tell apart. The SVG adapts to a dark page by itself.
"""

import io
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from segment.text import money, percent, phrase, short, word

INK, QUIET, RULE, DARK_INK, DARK_QUIET, DARK_RULE = (
    "#1f2937", "#5b6472", "#d5dae1", "#e5e9f0", "#aab4c2", "#3a4452",
)  # fmt: skip
BLUE, ORANGE, GREEN, RED, PURPLE, SKY, YELLOW, GREY = (
    "#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#f0e442", "#6f7885",
)  # fmt: skip
COLOURS = {
    "MVC": BLUE, "MGC": GREEN, "core": GREY, "BZC": RED,
    "A": BLUE, "B": GREEN, "C": ORANGE, "D": GREY,
    "VIP": BLUE, "large": GREEN, "medium": ORANGE, "small": GREY,
    "active": BLUE, "new": SKY, "won_back": GREEN, "sleeping": ORANGE, "lost": GREY,
}  # fmt: skip
WIDTH_INCHES = 5.0  # narrow enough that its text can be read on a phone
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # the reader's own fonts: Chinese needs none on the server
    "svg.hashsalt": "segment",  # same figure, same bytes
    "text.parse_math": False,  # two dollar signs are no formula
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # measures the text; comes with matplotlib
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": RULE,
    "axes.labelcolor": QUIET,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.major.pad": 6,  # so that the two zeros of an origin stand apart
    "ytick.major.pad": 5,
    "grid.color": RULE,
    "grid.linewidth": 0.7,
    "axes.axisbelow": True,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
}
DARK = "".join(
    f'[style*="fill: {light}"]{{fill:{dark}!important}}'
    f'[style*="stroke: {light}"]{{stroke:{dark}!important}}'
    for light, dark in ((INK, DARK_INK), (QUIET, DARK_QUIET), (RULE, DARK_RULE))
)
FONT_FAMILY = "system-ui, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC'"
XLINK = "http://www.w3.org/1999/xlink"
NARROWEST_LABELLED = 0.06  # a narrower piece of a bar cannot hold its number
A_FIFTH = 0.2
NEIGHBOURS = 0.06  # points nearer than this share of the axis are labelled on either side


class Chart(Figure):
    """A figure with the sentence it says: `title` for all, `alt` for who cannot see it."""

    title: str = ""
    alt: str = ""

    def svg(self) -> str:
        """Return the figure as SVG, the same bytes every time, naming neither program nor day."""
        named = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        buffer = io.StringIO()
        with rc_context(STYLE), warnings.catch_warnings():
            # the reader's fonts have the Chinese that the measuring font lacks
            warnings.filterwarnings("ignore", message="Glyph .* missing from font")
            # each drawing moves the layout on by a hair: it is settled once
            self.draw_without_rendering()
            self.set_layout_engine("none")
            self.savefig(buffer, format="svg", metadata=named, bbox_inches="tight")
        text = buffer.getvalue()
        text = text[text.index("<svg") :].replace("'DejaVu Sans'", FONT_FAMILY)
        text = text.replace(f' xmlns:xlink="{XLINK}"', "").replace("xlink:href", "href")
        style = f"<style>@media screen and (prefers-color-scheme:dark){{{DARK}}}</style>"
        head, body = text.split(">", 1)
        return f"{head}>{style}{body}"

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        data = {"image/svg+xml": self.svg(), "text/plain": f"{self.title}\n{self.alt}"}
        return data, {"image/svg+xml": {"alt": self.alt, "title": self.title}}


def _chart(title: str, alt: str, height: float) -> tuple[Chart, Axes]:
    with rc_context(STYLE):
        chart = Chart(figsize=(WIDTH_INCHES, height), layout="constrained")
        chart.title, chart.alt = title, alt
        return chart, chart.add_subplot()


def _nothing(language: str) -> Chart:
    """Say that there is nothing to draw where the numbers are unknown, instead of drawing it."""
    said = phrase("figure.nothing", language)
    chart, axes = _chart(said, said, 0.4)
    axes.set_axis_off()
    return chart


def months(frame: pl.DataFrame, *, language: str, currency: str) -> Chart:
    """Draw revenue by month as bars, the last one marked: `frame` holds month and revenue."""
    if frame.is_empty():
        return _nothing(language)
    with rc_context(STYLE):
        values = frame["revenue"].to_numpy()
        alt = phrase(
            "figure.months_alt", language, months=frame.height,
            money=money(values[-1], currency, language), first=money(values[0], currency, language),
        )  # fmt: skip
        chart, axes = _chart(phrase("figure.months", language, currency=currency), alt, 2.2)
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
        return chart


def group_shares(groups: pl.DataFrame, *, language: str) -> Chart:
    """Draw the value groups' shares of customers and of positive value, a bar each.

    `groups` is one row a group: value_group, customer_share, actual_value.
    """
    if not groups["customer_share"].count():
        return _nothing(language)
    groups = groups.filter(pl.col("value_group").is_not_null())
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
        chart, axes = _chart(title, alt, 1.5)
        for place, parts in enumerate(rows.values()):
            _stack(axes, place, codes, parts, language)
        axes.set_yticks(range(len(rows)), list(rows), color=INK)
        axes.invert_yaxis()
        axes.set_xlim(0, 1)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        chart.legend(
            [Patch(color=COLOURS[code]) for code in codes],
            [word("scheme.value_group", code, language) for code in codes],
            loc="outside lower left", ncols=len(codes), frameon=False,
            handlelength=0.9, columnspacing=1.2, handletextpad=0.4,
        )  # fmt: skip
        return chart


def _stack(
    axes: Axes, place: int, codes: Sequence[str], parts: Sequence[float], language: str
) -> None:
    left = 0.0
    for code, share in zip(codes, parts, strict=True):
        axes.barh(place, share, left=left, height=0.62, color=COLOURS[code])
        if share > NARROWEST_LABELLED:
            axes.text(
                left + share / 2, place, percent(share, language),
                ha="center", va="center", color="white", fontweight="bold",
            )  # fmt: skip
        left += share


def concentration(curve: pl.DataFrame, *, language: str) -> Chart:
    """Draw the share of customers, best first, against the share of the value they hold.

    `curve` holds customer_share and amount_share, as `pareto.concentration` returns them.
    """
    if not curve["amount_share"].count():
        return _nothing(language)
    x, y = curve["customer_share"].to_numpy(), curve["amount_share"].to_numpy()
    at_fifth = float(np.interp(A_FIFTH, x, y))
    said = {"customers": percent(A_FIFTH, language), "share": percent(at_fifth, language)}
    with rc_context(STYLE):
        title = phrase("figure.concentration", language, **said)
        chart, axes = _chart(title, phrase("figure.concentration_alt", language, **said), 2.8)
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
        return chart


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
        return _nothing(language)
    top = float(graded.select(pl.max_horizontal("predicted_rate", "high").max()).item()) or 1.0
    with rc_context(STYLE):
        chart, axes = _chart(
            phrase("figure.reliability", language), phrase("figure.reliability_alt", language), 2.8
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
        return chart


def tenths(frame: pl.DataFrame, *, language: str, currency: str) -> Chart:
    """Draw what each tenth of the customers was to bring, beside what it brought.

    `frame` holds tenth (1 is expected to bring most), predicted and actual, means a customer.
    """
    if frame["actual"].sum() <= 0:
        return _nothing(language)
    places, came, said = (frame[name].to_numpy() for name in ("tenth", "actual", "predicted"))
    told = {"share": percent(came[0] / came.sum(), language)}
    amounts = (money(value, currency, language) for value in (said[0], came[0]))
    alt = dict(zip(("predicted", "actual"), amounts, strict=True)) | told
    with rc_context(STYLE):
        title = phrase("figure.tenths", language, **told)
        chart, axes = _chart(title, phrase("figure.tenths_alt", language, **alt), 2.6)
        axes.bar(places, came, width=0.72, color=SKY, label=phrase("figure.came", language))
        axes.plot(places, said, "o", color=BLUE, label=phrase("figure.predicted", language))
        axes.set_xticks(places)
        axes.set_xlabel(phrase("figure.tenth", language))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda tick, _: short(tick, language)))
        axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.set_ylabel(phrase("figure.a_customer", language, currency=currency))
        axes.grid(axis="y")
        axes.legend(frameon=False, loc="upper right")
        return chart


def _share_axes(axes: Axes, x_label: str, y_label: str, language: str) -> None:
    for axis, label in ((axes.xaxis, x_label), (axes.yaxis, y_label)):
        axis.set_major_formatter(FuncFormatter(lambda tick, _: percent(tick, language)))
        axis.set_major_locator(MaxNLocator(5))
        axis.set_label_text(label)
    axes.grid()
