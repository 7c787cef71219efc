"""Lines of text into records of equal width, quickly where that is safe.

Lines without a quotation mark, or with nothing but letters inside them, are split by polars, some
ten times as fast as by the csv module. The others go to the csv module in groups that each end
where no quotation is open; should one be open after all, the csv module reads everything. Either
way the records are those of csv.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import polars as pl

from segment.data.raw import TORN

QUOTE = '"'
END = "\0"  # a line no text has: it arrives alone unless a quotation is open
PLACE = "\0place"
BATCH = 50_000  # records held as Python objects at a time


class OpenQuotationError(Exception):
    """A quotation mark, opened at line `place`, is not closed where it should be."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


@dataclass(frozen=True, kw_only=True)
class Records:
    """Records that have the width, and others; `place` is the first line of each."""

    cells: pl.DataFrame
    place: pl.Series
    torn: pl.DataFrame


def numbered(text: str) -> pl.DataFrame:
    """Return the lines of a text with their numbers, from 1."""
    lines = pl.Series("line", text.split("\n"), dtype=pl.String)
    return pl.DataFrame([pl.int_range(1, len(lines) + 1, eager=True).alias("row"), lines])


def split(lines: pl.DataFrame, separator: str, names: Sequence[str], *, quotes: bool) -> Records:
    """Split numbered lines into records with a cell for each name.

    Raises:
        OpenQuotationError: A quotation mark is never closed.
    """
    n_quotes = lines["line"].str.count_matches(QUOTE, literal=True)
    if not quotes or not n_quotes.sum():
        return _together([_plain(lines, separator, names)])
    is_inside = (n_quotes.cum_sum() - n_quotes) % 2 == 1
    is_plain = (n_quotes == 0) | _is_simply_quoted(lines["line"], separator, len(names))
    is_quoted = ~is_plain | is_inside
    simple = lines.filter(~is_quoted).with_columns(pl.col("line").str.replace_all(QUOTE, ""))
    try:
        parts = [
            _plain(simple, separator, names),
            _quoted(lines.filter(is_quoted), separator, names),
        ]
    except OpenQuotationError:
        parts = [_quoted(lines, separator, names)]
    return _together(parts)


def _is_simply_quoted(lines: pl.Series, separator: str, width: int) -> pl.Series:
    """Return whether a line has the width and, in quotation marks, neither mark nor separator."""
    mark = rf"\x{ord(separator):02x}"
    field = f'(?:"[^"{mark}]*"|[^"{mark}]*)'
    n_separators = lines.str.count_matches(separator, literal=True)
    return (n_separators == width - 1) & lines.str.contains(f"^{field}(?:{mark}{field})*$")


def _together(parts: Sequence[tuple[pl.DataFrame, pl.DataFrame]]) -> Records:
    found = pl.concat(cells for cells, _ in parts).sort(PLACE)
    return Records(
        cells=found.drop(PLACE),
        place=found[PLACE],
        torn=pl.concat(torn for _, torn in parts).sort("row"),
    )


def _plain(
    lines: pl.DataFrame, separator: str, names: Sequence[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    width = len(names)
    fields = lines["line"].str.splitn(separator, width + 1).struct.unnest()
    fields.columns = [*names, END]
    has_text = lines["line"].str.strip_chars(f"{separator} \t") != ""
    is_torn = fields[:, width - 1].is_null() | fields[END].is_not_null()
    is_good = has_text & ~is_torn
    cells = fields.drop(END).with_columns(lines["row"].alias(PLACE)).filter(is_good)
    return cells, lines.filter(has_text & is_torn).select("row", value="line")


def _quoted(
    lines: pl.DataFrame, separator: str, names: Sequence[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    found = _placed(lines["row"].to_list(), lines["line"].to_list(), separator)
    frames: list[pl.DataFrame] = []
    torn: list[tuple[int, str]] = []
    while batch := list(islice(found, BATCH)):
        good = [(place, record) for place, record in batch if len(record) == len(names)]
        frames.append(_frame(good, names))
        torn += [
            (place, separator.join(record)) for place, record in batch if len(record) != len(names)
        ]
    return pl.concat([_frame([], names), *frames]), pl.DataFrame(torn, schema=TORN, orient="row")


def _frame(found: Sequence[tuple[int, list[str]]], names: Sequence[str]) -> pl.DataFrame:
    columns = zip(*(record for _, record in found), strict=True) if found else ([] for _ in names)
    places = pl.Series(PLACE, [place for place, _ in found], dtype=pl.Int64)
    text = [
        pl.Series(name, list(cells), dtype=pl.String)
        for name, cells in zip(names, columns, strict=True)
    ]
    return pl.DataFrame([*text, places])


def _placed(
    places: Sequence[int], lines: Sequence[str], separator: str
) -> Iterator[tuple[int, list[str]]]:
    """Yield the records that hold something, with the number of their first line.

    Raises:
        OpenQuotationError: A quotation is open where neighbouring lines end.
    """
    fed = list(_grouped(places, lines))
    reader = csv.reader((line for _, line in fed), delimiter=separator)
    start = 0
    try:
        for record in reader:
            n_lines = reader.line_num - start
            if n_lines > 1 and any(line == END for _, line in fed[start : start + n_lines]):
                raise OpenQuotationError(fed[start][0])
            if record != [END] and "".join(record).strip(" \t"):
                yield fed[start][0], record
            start += n_lines
    except csv.Error:  # a cell of more than csv.field_size_limit() letters
        raise OpenQuotationError(fed[start][0]) from None


def _grouped(places: Sequence[int], lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield numbered lines, and `END` wherever the next line is not their neighbour."""
    neighbours = set(places)
    for place, line in zip(places, lines, strict=True):
        yield place, f"{line}\n"
        if place + 1 not in neighbours:
            yield place, END
