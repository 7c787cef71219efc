"""From a file's headers to the contract's columns, several files one below the other."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import polars as pl

from segment.data.loaded import Note
from segment.data.raw import Raw, plain
from segment.data.rules import SourceRules
from segment.data.words import as_text
from segment.errors import ConfigError, DataError, listed, nearest
from segment.schema import TABLES

WITH_FEATURES = "prospects"  # its further columns are what a prediction is made from
COMPUTED = {"amount": ("quantity", "unit_price")}  # amount is their product where it is not given
LIKE_DATA = re.compile(r"[\d\s.,:/+-]+")
CLOSE = 0.7  # of 1 for the same letters; below it, amount is as close to country
MOST_HEADERS = 12


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
    headers = [_headers(table, raw, rules) for raw in raws]
    _refuse_absent(table, raws, headers, rules)
    cells = [
        raw.cells.select(pl.col(header).alias(name) for name, header in found.items())
        for raw, found in zip(raws, headers, strict=True)
    ]
    torn = [raw.torn.select(pl.lit(raw.file).alias("file"), "row", "value") for raw in raws]
    places = [raw.row.to_frame("row").select(pl.lit(raw.file).alias("file"), "row") for raw in raws]
    return Arranged(
        table=table,
        cells=below(cells),
        source=below([raw.cells for raw in raws]),
        place=pl.concat(places),
        torn=pl.concat(torn),
        notes=tuple(note for raw in raws for note in raw.notes)
        + _unused(table, raws, headers, rules),
    )


def below(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Put frames one below the other; a column whose types differ becomes text."""
    if len(frames) == 1:
        return frames[0]
    types: dict[str, set[pl.DataType]] = {}
    for frame in frames:
        for name, dtype in frame.schema.items():
            types.setdefault(name, set()).add(dtype)
    mixed = {name for name, found in types.items() if len(found) > 1}
    alike = [
        frame.with_columns(as_text(frame[name]) for name in frame.columns if name in mixed)
        for frame in frames
    ]
    return pl.concat(alike, how="diagonal")


def wanted(name: str, rules: SourceRules) -> tuple[str, ...]:
    """Return the headers that may hold a contract column, the preferred first."""
    declared = rules.columns.get(name, name)
    return (declared,) if isinstance(declared, str) else tuple(declared)


def header_of(raw: Raw, names: Iterable[str]) -> str | None:
    """Return the first of `names` that the file has, spelt as in the file.

    Raises:
        DataError: The file has it more than once.
    """
    by_plain = {plain(header): header for header in reversed(raw.cells.columns)}
    for name in names:
        if plain(name) in raw.repeated:
            raise DataError(
                f"{raw.file} has more than one column '{name}'; rename all but one where the file "
                "is exported."
            )
        if plain(name) in by_plain:
            return by_plain[plain(name)]
    return None


def _headers(table: str, raw: Raw, rules: SourceRules) -> dict[str, str]:
    """Return the file's header of every contract column that it has, then of the features."""
    contract = TABLES[table].columns()
    found = {name: header_of(raw, wanted(name, rules)) for name in contract}
    missing = [
        name
        for name, column in contract.items()
        if found[name] is None
        and not column.nullable
        and any(found.get(part) is None for part in _parts(table, name))
    ]
    if missing:
        raise _missing(table, raw, missing)
    present = {name: header for name, header in found.items() if header is not None}
    if table == WITH_FEATURES:
        present |= _features(raw, present, rules)
    return present


def _parts(table: str, name: str) -> tuple[str, ...]:
    parts = COMPUTED.get(name, ())
    return parts if parts and {*parts} <= TABLES[table].columns().keys() else (name,)


def _features(raw: Raw, present: Mapping[str, str], rules: SourceRules) -> dict[str, str]:
    contract = TABLES[WITH_FEATURES].columns()
    renamed = {
        header_of(raw, wanted(name, rules)): name for name in rules.columns if name not in contract
    }
    free = [header for header in raw.cells.columns if header not in present.values()]
    if raw.repeated & {plain(header) for header in free}:
        header_of(raw, raw.repeated)
    names = {header: renamed.get(header, header) for header in free}
    return {
        f"{name} (file)" if name in contract else name: header for header, name in names.items()
    }


def _missing(table: str, raw: Raw, missing: Sequence[str]) -> DataError:
    headers = raw.cells.columns
    like_data = [header for header in headers if LIKE_DATA.fullmatch(header)]
    if 2 * len(like_data) >= len(headers):
        return DataError(
            f"The first line of {raw.file} looks like data, not like a header "
            f"({' | '.join(headers[:MOST_HEADERS])}); name its {len(headers)} columns in order "
            f'under [data.{table}] of segment.toml: header = ["customer_id", "date", ...].'
        )
    needs = [
        f"{name} (or {' and '.join(COMPUTED[name])})" if _parts(table, name) != (name,) else name
        for name in missing
    ]
    lines = "; ".join(f'{name} = "{header}"' for name, header in _guesses(missing, raw).items())
    or_else = "" if len(headers) > 1 else ', or name another separator = ";", "\\t" or "whitespace"'
    return DataError(
        f"{raw.file} has no column for {listed(needs, 20)}. It has "
        f"{listed(headers, MOST_HEADERS)}. Say under [data.{table}.columns] of segment.toml which "
        f"of them is meant, such as {lines}{or_else}."
    )


def _guesses(missing: Sequence[str], raw: Raw) -> dict[str, str]:
    """Return the closest header for each missing column, or words that stand for it."""
    by_stem = {_stem(header): header for header in raw.cells.columns}
    found = {}
    for name in missing:
        matches = get_close_matches(_stem(name), by_stem, n=1, cutoff=CLOSE)
        found[name] = by_stem[matches[0]] if matches else "the header in the file"
    return found


def _stem(name: str) -> str:
    """Return a name with the usual endings of numbers and days made alike."""
    bare = re.sub(r"[\W_]", "", plain(name))
    return re.sub(r"(?<=.)(date|day|on|at)$", "on", re.sub(r"(number|no|nr|code|id)$", "id", bare))


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
