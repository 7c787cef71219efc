"""Text into the cells of a table: which separator, which header, which lines are torn.

A line that has another number of fields than the header cannot be trusted in any of them, and is
kept aside whole.
"""

import csv
from collections import Counter

import polars as pl

from segment.data import records
from segment.data.raw import Raw, named
from segment.data.rules import AUTO, SEPARATORS, WHITESPACE, SourceRules
from segment.errors import DataError

SNIFFED_LINES = 100
NOTHING = ' \t"'  # what a line without a value may hold beside separators
SEPARATOR_LINE = "sep="  # Excel's own first line, such as sep=;


def parse(text: str, rules: SourceRules, file: str) -> Raw:
    """Split text into the cells of a table.

    Raises:
        DataError: Nothing but blanks, a quotation mark that never closes, or a declared header
            of another length.
    """
    lines, separator = _separated(records.numbered(text), rules)
    quotes = separator != WHITESPACE
    if not quotes:
        separator = " "
        words = pl.col("line").str.strip_chars().str.replace_all(r"\s+", separator)
        lines = lines.with_columns(words)
    filled = lines.filter(pl.col("line").str.strip_chars(f"{separator}{NOTHING}") != "")
    if filled.is_empty():
        raise DataError(f"{file} is empty; export it again.")
    names, repeated = _headed(_sample(filled, separator), rules, file)
    try:
        found = records.split(lines, separator, names, quotes=quotes)
    except records.OpenQuotationError as error:
        raise DataError(
            f"In {file} a quotation mark opened in line {error.place} is never closed, or its cell "
            f"holds more than {csv.field_size_limit():,} letters; close it, or export the file "
            "again."
        ) from None
    start = 0 if rules.header else filled["row"][0]
    is_below = found.place > start
    return Raw(
        file=file,
        cells=found.cells.filter(is_below),
        row=found.place.filter(is_below) - start,
        torn=found.torn.filter(pl.col("row") > start).with_columns(pl.col("row") - start),
        repeated=repeated,
    )


def _separated(lines: pl.DataFrame, rules: SourceRules) -> tuple[pl.DataFrame, str]:
    """Return the lines without Excel's own first one, and their separator."""
    first = lines["line"][0].strip()
    hinted = first[len(SEPARATOR_LINE) :]
    is_hint = first.lower().startswith(SEPARATOR_LINE) and hinted in SEPARATORS
    if is_hint and rules.separator in (AUTO, hinted):
        return lines.slice(1), hinted
    return lines, sniff(lines) if rules.separator == AUTO else rules.separator


def sniff(lines: pl.DataFrame) -> str:
    """Return the separator by which most of the first lines have as many fields as the first."""

    def weight(separator: str) -> tuple[int, int]:
        widths = [len(record) for record in _sample(lines, separator)]
        if not widths or widths[0] == 1:
            return 0, 0
        return Counter(widths)[widths[0]], widths[0]

    return max(SEPARATORS, key=weight)


def _sample(lines: pl.DataFrame, separator: str) -> list[list[str]]:
    head = (f"{line}\n" for line in lines["line"].head(SNIFFED_LINES))
    try:
        return [record for record in csv.reader(head, delimiter=separator) if any(record)]
    except csv.Error:  # a huge cell, which the reading itself reports with its line
        return [lines["line"][0].split(separator)]


def _headed(
    sample: list[list[str]], rules: SourceRules, file: str
) -> tuple[list[str], frozenset[str]]:
    """Return the columns' names, as many as lines have fields: declared, or of the first line.

    Some exports end every line, or only the header, with a separator too many.
    """
    header = list(rules.header) or sample[0]
    rest = sample if rules.header else sample[1:]
    usual = Counter(map(len, rest)).most_common(1)[0][0] if rest else len(header)
    shared = min(usual, len(header))
    beyond = [line[shared:] for line in (header, *rest) if len(line) in (usual, len(header))]
    if not any(map("".join, beyond)):
        header = header[:usual] + [""] * (usual - len(header))
    if rules.header and len(header) != usual:
        raise DataError(
            f"header in segment.toml names {len(rules.header)} columns, but the lines of {file} "
            f"have {usual} fields, such as {' | '.join(rest[0][:12])}."
        )
    return named(header)
