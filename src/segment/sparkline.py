"""A line as small as a word, in a tile: how a figure moved month by month.

Drawn as SVG inside the page, in the colour of the text around it; a month that is unknown is a
gap. The source of the form is Tufte 2006, "Beautiful Evidence", sparklines.
"""

from collections.abc import Sequence
from html import escape
from itertools import groupby

WIDTH, HEIGHT, EDGE = 160, 32, 4  # in units of the drawing; the edge holds the last point
FEWEST = 2  # months that are known, or there is no line


def drawn(values: Sequence[float | None], alt: str) -> str:
    """Return the line as SVG with its message `alt`; nothing where fewer than two are known.

    The lowest value lies at the bottom and the highest at the top: a line shows the way, and the
    number beside it the size.
    """
    known = [value for value in values if value is not None]
    if len(known) < FEWEST:
        return ""
    low, high = min(known), max(known)
    points = [
        None if value is None else (_across(place, len(values)), _up(value, low, high))
        for place, value in enumerate(values)
    ]
    runs = groupby(points, key=lambda it: it is None)
    pieces = [[it for it in run if it is not None] for is_gap, run in runs if not is_gap]
    ways = "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in piece) for piece in pieces)
    x, y = pieces[-1][-1]
    return (
        f'<svg class="line" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(alt)}">'
        f'<path d="{ways}" fill="none" stroke="currentColor" stroke-width="1.5" '
        f'stroke-linejoin="round" stroke-linecap="round"></path>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="currentColor"></circle></svg>'
    )


def _across(place: int, n: int) -> float:
    return EDGE + place * (WIDTH - 2 * EDGE) / (n - 1)


def _up(value: float, low: float, high: float) -> float:
    share = (value - low) / (high - low) if high > low else 0.5
    return EDGE + (1 - share) * (HEIGHT - 2 * EDGE)
