"""Frame to figure: one message each, drawn as SVG whose text stays text.

A `Chart` shows itself in a notebook and carries the alt text that says its message; its title
stands above it as text of the page. One colour a label, everywhere, from the Okabe-Ito palette,
which readers with colour-blindness can tell apart. The SVG adapts to a dark page by itself.
"""

import io
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from segment.text import number, percent, short

INK, QUIET, RULE, DARK_INK, DARK_QUIET, DARK_RULE = (
    "#1f2937", "#5b6472", "#d5dae1", "#e5e9f0", "#aab4c2", "#3a4452",
)  # fmt: skip
BLUE, ORANGE, GREEN, RED, PURPLE, SKY, YELLOW, GREY = (
    "#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#f0e442", "#8a929e",
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


class Chart(Figure):
    """A figure with the sentence it says: `title` for all, `alt` for who cannot see it."""

    title: str = ""
    alt: str = ""

    def svg(self) -> str:
        """Return the figure as SVG, the same bytes every time."""
        buffer = io.StringIO()
        with rc_context(STYLE), warnings.catch_warnings():
            # the reader's fonts have the Chinese that the measuring font lacks
            warnings.filterwarnings("ignore", message="Glyph .* missing from font")
            self.savefig(buffer, format="svg", metadata={"Date": None}, bbox_inches="tight")
        text = buffer.getvalue()
        text = text[text.index("<svg") :].replace("'DejaVu Sans'", FONT_FAMILY)
        style = f"<style>@media (prefers-color-scheme:dark){{{DARK}}}</style>"
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


def months(
    frame: pl.DataFrame, *, month: str, value: str, title: str, alt: str, language: str
) -> Chart:
    """Draw money by month as bars, the last one marked: `month` holds first days of months."""
    with rc_context(STYLE):
        chart, axes = _chart(title, alt, 2.2)
        values = frame[value].to_numpy()
        places = np.arange(len(values))
        colours = [BLUE if place == places[-1] else SKY for place in places]
        axes.bar(places, values, color=colours, width=0.72)
        axes.bar_label(
            axes.containers[0],  # type: ignore[arg-type]
            ["" if place != places[-1] else short(values[-1], language) for place in places],
            padding=2, color=INK,
        )  # fmt: skip
        step = max(1, len(places) // 6)
        shown = places[::-1][::step][::-1]
        labels = frame[month].dt.strftime({"en": "%b %y", "zh": "%Y-%m"}[language]).to_list()
        axes.set_xticks(shown, [labels[place] for place in shown])
        axes.yaxis.set_major_formatter(FuncFormatter(lambda tick, _: short(tick, language)))
        axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.grid(axis="y")
        return chart


def shares(
    rows: Mapping[str, Sequence[float]], labels: Sequence[str], words: Sequence[str],
    *, title: str, alt: str, language: str,
) -> Chart:  # fmt: skip
    """Draw one bar a row, cut into the shares of `labels` (codes; `words` as shown)."""
    with rc_context(STYLE):
        chart, axes = _chart(title, alt, 0.55 + 0.5 * len(rows))
        for place, parts in enumerate(rows.values()):
            left = 0.0
            for label, share in zip(labels, parts, strict=True):
                axes.barh(place, share, left=left, height=0.62, color=COLOURS.get(label, GREY))
                if share > 0.06:  # noqa: PLR2004 (a narrower piece cannot hold its number)
                    axes.text(
                        left + share / 2, place, percent(share, language),
                        ha="center", va="center", color="white", fontweight="bold",
                    )  # fmt: skip
                left += share
        axes.set_yticks(range(len(rows)), list(rows), color=INK)
        axes.invert_yaxis()
        axes.set_xlim(0, 1)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        handles = [axes.barh(0, 0, color=COLOURS.get(label, GREY)) for label in labels]
        chart.legend(
            handles, words, loc="outside lower left",  # type: ignore[call-overload]
            ncols=min(len(words), 4), frameon=False,
            handlelength=0.9, columnspacing=1.2, handletextpad=0.4,
        )  # fmt: skip
        return chart


def concentration(
    frame: pl.DataFrame, *, x_label: str, y_label: str, title: str, alt: str, language: str
) -> Chart:
    """Draw the share of customers, best first, against the share of money they bring.

    `frame` holds customer_share and amount_share, both 0..1 and ascending.
    """
    with rc_context(STYLE):
        chart, axes = _chart(title, alt, 2.8)
        x, y = frame["customer_share"].to_numpy(), frame["amount_share"].to_numpy()
        axes.plot([0, 1], [0, 1], color=RULE, linewidth=1)
        axes.plot(x, y, color=BLUE, linewidth=2)
        at_fifth = float(np.interp(0.2, x, y))
        axes.plot([0.2], [at_fifth], "o", color=BLUE)
        axes.annotate(
            f"{percent(0.2, language)} → {percent(at_fifth, language)}", (0.2, at_fifth),
            xytext=(8, -10), textcoords="offset points", color=INK, fontweight="bold",
        )  # fmt: skip
        for axis, label in ((axes.xaxis, x_label), (axes.yaxis, y_label)):
            axis.set_major_formatter(FuncFormatter(lambda tick, _: percent(tick, language)))
            axis.set_label_text(label)
        axes.set_xlim(0, 1)
        axes.set_ylim(bottom=0)
        axes.grid()
        return chart


def reliability(
    frame: pl.DataFrame, *, x_label: str, y_label: str, title: str, alt: str, language: str
) -> Chart:
    """Draw what was predicted against what happened, a point a row with its interval.

    `frame` holds label, predicted, realised, realised_low and realised_high, all shares.
    """
    with rc_context(STYLE):
        chart, axes = _chart(title, alt, 2.8)
        top = min(
            1.0,
            1.1 * float(frame.select(pl.max_horizontal("predicted", "realised_high").max()).item()),
        )
        axes.plot([0, top], [0, top], color=RULE, linewidth=1)
        for row in frame.to_dicts():
            colour = COLOURS.get(row["label"], GREY)
            axes.plot(
                [row["predicted"]] * 2, [row["realised_low"], row["realised_high"]],
                color=colour, linewidth=2, solid_capstyle="round",
            )  # fmt: skip
            axes.plot([row["predicted"]], [row["realised"]], "o", color=colour)
            axes.annotate(
                str(row["label"]), (row["predicted"], row["realised"]), xytext=(7, -3),
                textcoords="offset points", color=INK, fontweight="bold",
            )  # fmt: skip
        for axis, label in ((axes.xaxis, x_label), (axes.yaxis, y_label)):
            axis.set_major_formatter(FuncFormatter(lambda tick, _: percent(tick, language)))
            axis.set_label_text(label)
            axis.set_major_locator(MaxNLocator(5))
        axes.set_xlim(0, top)
        axes.set_ylim(0, top)
        axes.grid()
        return chart


def ranked(
    frame: pl.DataFrame, *, label: str, value: str, title: str, alt: str, language: str,
    decimals: int = 0,
) -> Chart:  # fmt: skip
    """Draw one horizontal bar a row in the frame's order, its number at the end."""
    with rc_context(STYLE):
        chart, axes = _chart(title, alt, 0.4 + 0.3 * frame.height)
        values = frame[value].to_numpy()
        colours = [COLOURS.get(code, BLUE) for code in frame[label].cast(pl.String)]
        bars = axes.barh(range(frame.height), values, color=colours, height=0.65)
        axes.bar_label(
            bars, [number(item, language, decimals) for item in values], padding=3, color=INK
        )
        axes.set_yticks(range(frame.height), frame[label].cast(pl.String).to_list(), color=INK)
        axes.invert_yaxis()
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        axes.margins(x=0.15)
        return chart
