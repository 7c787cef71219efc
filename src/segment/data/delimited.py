"""Text into cells: which separator, which header, which lines are torn.

Text without a quotation mark is split by polars, ten times as fast as the csv module, which reads
the rest. A line that has another number of fields than the header is kept aside as torn.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

import polars as pl

from segment.data.raw import TORN, Raw, named
from segment.data.rules import AUTO, SEPARATORS, WHITESPACE, SourceRules
from segment.errors import DataError

QUOTE = '"'
SNIFFED_LINES = 100
BATCH = 50_000  # records held as Python objects at a time
END = "\0"  # no text holds it: as a last line it arrives alone unless a quotation is open
ROW = "\0row"
SEPARATOR_LINE = "sep="  # Excel's own first line, such as sep=;


def parse(text: str, rules: SourceRules, file: str) -> Raw:
    """Split text into the cells of a table.

    Raises:
        DataError: Nothing but blanks, a quotation mark that never closes, or a declared header
            of another length.
    """
    text, separator = _separated(text, rules)
    if not text.strip():
        raise DataError(f"{file} is empty; export it again.")
    if QUOTE in text and separator != WHITESPACE:
        return _quoted(text, separator, rules, file)
    return _unquoted(text, separator, rules, file)


def _separated(text: str, rules: SourceRules) -> tuple[str, str]:
    """Return the text without Excel's own first line, and its separator."""
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith(SEPARATOR_LINE):
        hinted = first.strip()[len(SEPARATOR_LINE) :]
        if rules.separator in (AUTO, hinted) and hinted in SEPARATORS:
            return rest, hinted
    return text, sniff(text) if rules.separator == AUTO else rules.separator


def sniff(text: str) -> str:
    """Return the separator by which most of the first lines have as many fields as the first."""
    sample = _sample(text)

    def weight(separator: str) -> tuple[int, int]:
        widths = [len(record) for record in _records(sample, separator) if record]
        if not widths or widths[0] == 1:
            return 0, 0
        return Counter(widths)[widths[0]], widths[0]

    return max(SEPARATORS, key=weight)


def _sample(text: str) -> list[str]:
    return [line for line in islice(io.StringIO(text), SNIFFED_LINES) if line.strip()]


def _records(lines: Iterable[str], separator: str) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=separator)


def _headed(
    first: list[str], sample: list[list[str]], rules: SourceRules, file: str
) -> tuple[list[str], frozenset[str]]:
    """Return the columns' names, as many as lines have fields: declared, or of the first line.

    Some exports end each line, or only the header, with a separator too many.
    """
    header = list(rules.header) or first
    usual = Counter(map(len, sample)).most_common(1)[0][0] if sample else len(header)
    extra = [cell for line in [header, *sample] if len(line) in (usual, len(header))
             for cell in line[min(usual, len(header)) :]]  # fmt: skip
    if not any(extra):
        header = header[:usual] + [""] * (usual - len(header))
    if rules.header and len(header) != len(first):
        raise DataError(
            f"header in segment.toml names {len(rules.header)} columns, but the first line of "
            f"{file} has {len(first)} fields: {' | '.join(first[:12])}."
        )
    return named(header)


def _unquoted(text: str, separator: str, rules: SourceRules, file: str) -> Raw:
    line = pl.col("line")
    if separator == WHITESPACE:
        line, separator = line.str.strip_chars().str.replace_all(r"\s+", " "), " "
    lines = (
        pl.DataFrame({"line": [text]})
        .select(line=pl.col("line").str.split("\n"))
        .explode("line")
        .with_row_index("row", offset=1)
        .select(pl.col("row").cast(pl.Int64), line)
        .filter(pl.col("line").str.strip_chars() != "")
    )
    first, *sample = (line.split(separator) for line in lines["line"].head(SNIFFED_LINES))
    names, repeated = _headed(first, sample, rules, file)
    if not rules.header:
        lines = lines.slice(1).with_columns(pl.col("row") - lines["row"][0])
    fields = [f"field_{n}" for n in range(len(names))]
    cells = (
        lines["line"]
        .str.splitn(separator, len(names) + 1)
        .struct.rename_fields([*fields, "rest"])
        .struct.unnest()
    )
    is_torn = cells[fields[-1]].is_null() | cells["rest"].is_not_null()
    has_text = cells.select(pl.any_horizontal(pl.col(fields).str.strip_chars() != "")).to_series()
    is_good = ~is_torn & has_text
    return Raw(
        file=file,
        cells=cells.filter(is_good).select(fields).rename(dict(zip(fields, names, strict=True))),
        row=lines["row"].filter(is_good),
        torn=lines.filter(is_torn).select("row", value="line"),
        repeated=repeated,
    )


def _quoted(text: str, separator: str, rules: SourceRules, file: str) -> Raw:
    sample = [record for record in _records(_sample(text), separator) if any(record)]
    names, repeated = _headed(sample[0], sample[1:], rules, file)
    records = _filled(text, separator, file)
    start = -1 if rules.header else next(records)[0]
    frames, torn = [], []
    while batch := list(islice(records, BATCH)):
        good = [(place - start, *record) for place, record in batch if len(record) == len(names)]
        torn += [
            (place - start, separator.join(record))
            for place, record in batch
            if len(record) != len(names)
        ]
        frames.append(_frame(good, names))
    found = pl.concat(frames or [_frame([], names)])
    return Raw(
        file=file,
        cells=found.select(names),
        row=found[ROW],
        torn=pl.DataFrame(torn, schema=TORN, orient="row"),
        repeated=repeated,
    )


def _frame(records: Sequence[tuple[object, ...]], names: Sequence[str]) -> pl.DataFrame:
    columns = map(list, zip(*records, strict=True)) if records else ([] for _ in (ROW, *names))
    schema = {ROW: pl.Int64, **dict.fromkeys(names, pl.String)}
    return pl.DataFrame(dict(zip(schema, columns, strict=True)), schema=schema)


def _filled(text: str, separator: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the records that hold something, with their place; refuse an open quotation."""
    place, record = 0, [""]
    try:
        for place, record in enumerate(_records(chain(io.StringIO(text), [END]), separator)):
            if any(map(str.strip, record)) and record != [END]:
                yield place, record
    except csv.Error:  # a cell longer than csv allows, which is the text up to the file's end
        raise _unclosed(file, place + 1) from None
    if record != [END]:
        raise _unclosed(file, place)


def _unclosed(file: str, place: int) -> DataError:
    return DataError(
        f"In {file} a quotation mark opened in row {place} is never closed, so that the lines "
        "after it cannot be told apart; close it, or export the file again."
    )
