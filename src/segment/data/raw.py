"""One file or sheet as it was read: the cells, and the lines that did not fit its header."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

TORN = pl.Schema({"row": pl.Int64, "value": pl.String})


@dataclass(frozen=True, kw_only=True)
class Raw:
    """One file or sheet as it was read.

    Attributes:
        file: Its name for readers, with the sheet where there is one.
        cells: Text, or the types of a Parquet file, under the file's own headers.
        row: Place of each line below the header, from 1, blank lines counted.
        torn: Lines with another number of fields than the header.
        repeated: Headers that stand more than once, as `plain` writes them.
    """

    file: str
    cells: pl.DataFrame
    row: pl.Series
    torn: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=TORN))
    repeated: frozenset[str] = frozenset()


def plain(header: str) -> str:
    """Return a header as headers are compared: without marks, width, case or outer spaces."""
    return unicodedata.normalize("NFKC", header).strip("\ufeff\u200b \t\r\n").casefold()


def named(headers: Sequence[str | None]) -> tuple[list[str], frozenset[str]]:
    """Return a name of its own for every column, and which headers stand more than once."""
    counts = Counter(plain(header or "") for header in headers)
    seen: Counter[str] = Counter()
    names = []
    for place, header in enumerate(headers, start=1):
        name = (header or "").strip("\ufeff\u200b \t\r\n") or f"column {place}"
        seen[plain(name)] += 1
        names.append(name if seen[plain(name)] == 1 else f"{name} ({seen[plain(name)]})")
    while len(set(names)) < len(names):  # a file that itself has "x", "x" and "x (2)"
        names = [f"{name} ({place})" for place, name in enumerate(names, start=1)]
    return names, frozenset(name for name, count in counts.items() if name and count > 1)
