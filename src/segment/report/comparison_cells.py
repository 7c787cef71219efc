"""Cells of a comparison at the terminal: a figure then and now, its change, and rows of them."""

from collections.abc import Iterator, Sequence

from segment.page import written
from segment.report.checking import aligned
from segment.report.compare import Comparison
from segment.text import number

LANGUAGE = "en"  # as everything at the terminal
MOST_LINES = 12  # of a list at the terminal; JSON holds all of it


def columns(found: Comparison) -> list[str]:
    """Return what the two months are called above a column; two builds of one are old and new."""
    names = [found.before.month, found.now.month]
    return ["old", "new"] if names[0] == names[1] else names


def both(found: Comparison, then: float | None, now: float | None, kind: str) -> list[str]:
    """Return a figure as it was and as it is, and its change: points of a share, else percent."""
    cells = [
        "unknown" if value is None else written(value, kind, LANGUAGE, card.currency)
        for value, card in ((then, found.before), (now, found.now))
    ]
    if then is None or now is None:
        return [*cells, ""]
    if kind == "share":
        return [*cells, f"{(now - then) * 100:+.1f} points"]
    if kind == "count":
        return [*cells, f"{now - then:+,.0f}"]
    return [*cells, f"{now / then - 1:+.1%}" if then > 0 else ""]


def table(header: Sequence[str], rows: Sequence[Sequence[str]], n_left: int = 1) -> Iterator[str]:
    """Return rows below their header, all but the first columns to the right."""
    return aligned([header, *rows], right=True, n_left=n_left)


def more(n_rows: int) -> Iterator[str]:
    """Say how many rows of a list are left out."""
    if n_rows > MOST_LINES:
        yield f"  and {number(n_rows - MOST_LINES, LANGUAGE)} more; --json gives all of them"
