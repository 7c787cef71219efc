"""What every figure has: its looks, its message in words, its SVG whose text stays text.

A `Chart` shows itself in a notebook and carries the alt text that says its message; its title
stands above it as text of the page. One colour a label, everywhere, from the Okabe-Ito palette,
which readers with colour-blindness can tell apart; its orange and its sky blue are darker here, so
that every mark has a contrast of 3 to 1 with a light and a dark page (WCAG 2.2, 1.4.11). The SVG
adapts to a dark page by itself.
"""

import io
import warnings
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from segment.text import percent, phrase

INK, QUIET, RULE, DARK_INK, DARK_QUIET, DARK_RULE = (
    "#1f2937", "#5b6472", "#d5dae1", "#e5e9f0", "#aab4c2", "#3a4452",
)  # fmt: skip
BLUE, ORANGE, GREEN, RED, PURPLE, SKY, YELLOW, GREY = (
    "#0072b2", "#b58900", "#009e73", "#d55e00", "#cc79a7", "#3c97d3", "#f0e442", "#6f7885",
)  # fmt: skip
COLOURS = {
    "MVC": BLUE, "MGC": GREEN, "core": GREY, "BZC": RED,
    "A": BLUE, "B": GREEN, "C": ORANGE, "D": GREY,
    "VIP": BLUE, "large": GREEN, "medium": ORANGE, "small": GREY,
    "active": BLUE, "new": SKY, "won_back": GREEN, "sleeping": ORANGE, "lost": GREY,
}  # fmt: skip
ON = {BLUE: "#ffffff"}  # what is written on a colour; black on all others
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


class Chart(Figure):
    """A figure with the sentence it says: `title` for all, `alt` for who cannot see it.

    `name` says in one word what it draws, whatever the language; it makes its address on a page.
    """

    name: str = ""
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
        return data, {
            "image/svg+xml": {"alt": self.alt, "title": self.title, "id": f"chart-{self.name}"}
        }


def chart(name: str, title: str, alt: str, height: float) -> tuple[Chart, Axes]:
    """Return an empty figure of a height in inches, and its axes."""
    with rc_context(STYLE):
        made = Chart(figsize=(WIDTH_INCHES, height), layout="constrained")
        made.name, made.title, made.alt = name, title, alt
        return made, made.add_subplot()


def shares(axis: Axis, label: str, language: str) -> None:
    """Mark an axis of shares, 0 to 1, in percent and name it."""
    axis.set_major_formatter(FuncFormatter(lambda tick, _: percent(tick, language)))
    axis.set_major_locator(MaxNLocator(5))
    axis.set_label_text(label)


def nothing(language: str) -> Chart:
    """Say that there is nothing to draw where the numbers are unknown, instead of drawing it."""
    said = phrase("figure.nothing", language)
    empty, axes = chart("nothing", said, said, 0.4)
    axes.set_axis_off()
    return empty
