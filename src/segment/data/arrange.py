"""From a file's headers to the contract's columns, several files one below the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from segment.data.headers import MOST_HEADERS, WITH_FEATURES, headers_of, wanted
from segment.data.loaded import Note
from segment.data.raw import Raw, plain
from segment.data.rules import SourceRules
from segment.data.words import as_text
from segment.errors import ConfigError, DataError, listed, nearest
from segment.schema import TABLES


@dataclass(frozen=True, kw_only=True)
class Arranged:
    """The rows of all files of a table, still as written.

    `cells` has the contract's columns that were found (and features), `source` every column of
    the files, `place` the file and row of each; the three have the same rows. `torn` has file,
    row and value of the lines that fitted no header.
    """

    table: str
    cells: pl.DataFrame
    source: pl.DataFrame
    place: pl.DataFrame
    torn: pl.DataFrame
    notes: tuple[Note, ...]

    def spot(self, index: int) -> str:
        """Return where a row stands, for a sentence."""
        return f"row {self.place['row'][index]} of {self.place['file'][index]}"

    def under(self, name: str) -> list[pl.Series]:
        """Return the cells under a contract's name, or under each spelling of a header."""
        if name in self.cells.columns:
            return [self.cells[name]]
        return [
            self.source[header] for header in self.source.columns if plain(header) == plain(name)
        ]


def check(table: str, rules: SourceRules) -> None:
    """Refuse rules that name a column or word which the table's contract does not know.

    Raises:
        ConfigError: Naming it, with the nearest that is known.
    """
    contract = TABLES[table].columns()
    for part, names in (("columns", rules.columns), ("values", rules.values)):
        unknown = [name for name in names if name not in contract]
        if unknown and table != WITH_FEATURES:
            raise ConfigError(
                f"[data.{table}.{part}] names {listed(unknown)}, which {table} does not have"
                f"{nearest(unknown[0], contract)}; its columns are {listed(contract, 20)}."
            )
    for name, words in rules.values.items():
        allowed = list(getattr(contract.get(name), "categories", None) or words.values())
        wrong = [word for word in words.values() if word not in allowed]
        if wrong:
            raise ConfigError(
                f"[data.{table}.values.{name}] maps to '{wrong[0]}'{nearest(wrong[0], allowed)}; "
                f"the words of {name} are {listed(allowed, 20)}."
            )
    if rules.refund_prefix and not {"order_id", "amount"} <= contract.keys():
        raise ConfigError(f"[data.{table}] has refund_prefix, but {table} has no order amounts.")


def arrange(table: str, raws: Sequence[Raw], rules: SourceRules) -> Arranged:
    """Put the files of a table one below the other under the contract's column names.

    Raises:
        DataError: A file lacks a needed column, or has it twice, or a declared header is nowhere.
    """
    headers = [headers_of(table, raw, rules) for raw in raws]
    _refuse_absent(table, raws, headers, rules)
    cells = [
        raw.cells.select(pl.col(header).alias(name) for name, header in found.items())
        for raw, found in zip(raws, headers, strict=True)
    ]
    torn = [raw.torn.select(pl.lit(raw.file).alias("file"), "row", "value") for raw in raws]
    places = [raw.row.to_frame("row").select(pl.lit(raw.file).alias("file"), "row") for raw in raws]
    return Arranged(
        table=table,
        cells=_below(cells, rules),
        source=_below([raw.cells for raw in raws], rules),
        place=pl.concat(places),
        torn=pl.concat(torn),
        notes=_unused(table, raws, headers, rules),
    )


def _below(frames: Sequence[pl.DataFrame], rules: SourceRules) -> pl.DataFrame:
    """Put frames one below the other; a column whose types differ becomes text."""
    if len(frames) == 1:
        return frames[0]
    types: dict[str, set[pl.DataType]] = {}
    for frame in frames:
        for name, dtype in frame.schema.items():
            types.setdefault(name, set()).add(dtype)
    mixed = {name for name, found in types.items() if len(found) > 1}
    alike = [
        frame.with_columns(_written(frame[name], rules) for name in frame.columns if name in mixed)
        for frame in frames
    ]
    return pl.concat(alike, how="diagonal")


def _written(cells: pl.Series, rules: SourceRules) -> pl.Series:
    """Return cells as text, numbers with the decimal mark by which the text is read again."""
    text = as_text(cells)
    return text.str.replace(".", rules.decimal, literal=True) if cells.dtype.is_float() else text


def _refuse_absent(
    table: str, raws: Sequence[Raw], headers: Sequence[Mapping[str, str]], rules: SourceRules
) -> None:
    for name in rules.columns:
        if not any(name in found for found in headers):
            names = wanted(name, rules)
            present = raws[0].cells.columns
            raise DataError(
                f"[data.{table}.columns] says that {name} is under {listed(map(repr, names))}, "
                f"which {listed([raw.file for raw in raws])} does not have"
                f"{nearest(names[0], present)}; it has {listed(present, MOST_HEADERS)}."
            )


def _unused(
    table: str, raws: Sequence[Raw], headers: Sequence[Mapping[str, str]], rules: SourceRules
) -> tuple[Note, ...]:
    used = {plain(header) for found in headers for header in found.values()}
    used |= {plain(rule.column) for rule in rules.exclude}
    left = {
        plain(header): header
        for raw in raws
        for header in raw.cells.columns
        if plain(header) not in used and _holds_anything(raw.cells[header])
    }
    if not left:
        return ()
    return (Note(key="data.unused", values={"table": table, "columns": listed(left.values(), 20)}),)


def _holds_anything(cells: pl.Series) -> bool:
    """Return whether a column is more than the trace of a separator at the end of each line."""
    is_there = cells.is_not_null()
    return bool((is_there & (cells != "")).any() if cells.dtype == pl.String else is_there.any())
