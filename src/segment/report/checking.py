"""What `segment check` tells: per table what came in, what was set aside and why."""

from collections.abc import Iterator, Sequence

import polars as pl
from rich.cells import cell_len

from segment import data, inputs
from segment.data.loaded import SET_ASIDE
from segment.text import phrases

GAP = "  "
MONEY = {
    "money_in": "money in",
    "money_accepted": "accepted",
    "money_set_aside": "set aside",
    "money_excluded": "excluded",
}
COUNTS = {
    "n_in": "rows in",
    "n_accepted": "accepted",
    "n_set_aside": "set aside",
    "n_excluded": "excluded",
}


def lines(found: inputs.Inputs) -> Iterator[str]:
    """Return the lines of the check, most important first."""
    later = f"later than {found.as_of}"
    yield f"Data as they were known at the end of {found.as_of}:"
    yield ""
    account = [
        [row["table"], *(f"{row[name]:,}" for name in (*COUNTS, "n_later"))]
        for row in found.account.to_dicts()
    ]
    yield from aligned([["table", *COUNTS.values(), later], *account], right=True)
    yield ""
    holding = found.account.filter(pl.col("money_in").is_not_null())
    sums = [[row["table"], *(f"{row[name]:,.2f}" for name in MONEY)] for row in holding.to_dicts()]
    yield from aligned([["table", *MONEY.values()], *sums], right=True)
    yield ""
    if found.rejected.is_empty():
        yield "No row was set aside or excluded."
    else:
        yield "Set aside or excluded, and why:"
        yield ""
        yield from aligned(
            [["table", "column", "reason", "rows", "example"], *_reasons(found.rejected)]
        )
    for note in found.notes:
        yield ""
        yield f"Note: {note.words('en')}"


def _reasons(rejected: pl.DataFrame) -> Iterator[list[str]]:
    words = phrases("en")
    for row in data.by_reason(rejected).to_dicts():
        reason = row["reason"]
        said = words.get(f"reason.{reason}", reason) if row["kind"] == SET_ASIDE else reason
        shown = " ".join(str(row["example"] or "").split())  # a torn line may hold line ends
        yield [row["table"], row["column"] or "", said, f"{row['n_rows']:,}", shown]


def aligned(
    rows: Sequence[Sequence[str]], *, right: bool = False, n_left: int = 1
) -> Iterator[str]:
    """Return rows as lines with their cells in columns, all but `n_left` of them to the `right`."""
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = []
        for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
            space = " " * (width - cell_len(cell))
            cells.append(space + cell if right and place >= n_left else cell + space)
        yield GAP.join(cells).rstrip()
