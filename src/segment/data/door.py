"""The door: every row of a table comes in here, once, and is accepted or put on record with why."""

from pathlib import Path

import polars as pl

from segment.data import cells, money
from segment.data.account import by_reason, money_of, parts, reconcile
from segment.data.arrange import Arranged, arrange, check
from segment.data.exclude import excluded
from segment.data.files import read_file
from segment.data.find import find, labels
from segment.data.loaded import SET_ASIDE, Loaded, Note
from segment.data.place import Place
from segment.data.rejected import on_record
from segment.data.rules import SourceRules
from segment.data.verdict import Fault, among, contract_faults, judge, repeats
from segment.data.words import cleaned
from segment.errors import ConfigError, DataError, listed, nearest
from segment.schema import TABLES
from segment.text import phrase

MOST_REASONS = 3


def read(
    table: str, rules: SourceRules, folder: Path, *, time_zone: str, currency: str
) -> Loaded | None:
    """Read a table's files; None where no file is declared and none bears the table's name.

    Days and moments are of `time_zone`, the company's; `currency` is the code of its money.

    Raises:
        ConfigError: There is no such table, or the rules name what it does not have.
        DataError: A file cannot be read, lacks a column, or holds not one usable row.
    """
    if table not in TABLES:
        raise ConfigError(f"There is no table '{table}'{nearest(table, TABLES)}.")
    check(table, rules)
    paths = find(table, rules, folder)
    if not paths:
        return None
    named = zip(paths, labels(paths, folder), strict=True)
    raws = [raw for path, label in named for raw in read_file(path, label, rules)]
    arranged = arrange(table, raws, rules)
    if not arranged.cells.height + arranged.torn.height:
        names = listed([path.name for path in paths])
        raise DataError(f"{names} has a header and no line below it; export {table} again.")
    rows, faults, turned = _typed(arranged, rules, time_zone=time_zone, currency=currency)
    faults = [*excluded(arranged, rules.exclude), *faults, *contract_faults(table, rows)]
    is_good = judge(rows.height, faults)["kind"].is_null()
    again, notes = _repeats(arranged, rows, is_good, rules)
    verdict = judge(rows.height, [*faults, *again])
    accepted = rows.filter(verdict["kind"].is_null())
    rejected = on_record(arranged, rows, verdict)
    if accepted.is_empty():
        raise _nothing_left(table, rejected)
    loaded = Loaded(
        table=table,
        rows=accepted,
        rejected=rejected,
        n_in=arranged.cells.height + arranged.torn.height,
        parts_in=parts(money_of(table, rows)),
        notes=(*arranged.notes, *turned, *notes),
    )
    return reconcile(loaded)


def _typed(
    arranged: Arranged, rules: SourceRules, *, time_zone: str, currency: str
) -> tuple[pl.DataFrame, list[Fault], tuple[Note, ...]]:
    """Return the cells in the contract's types, features after them, and what could not be read.

    Money that is too large or in another currency is null in the rows: it must enter no sum.
    """
    table, contract = arranged.table, TABLES[arranged.table].columns()
    n_rows = arranged.cells.height
    raw = arranged.cells.select(
        cleaned(cells.translated(column, rules.values.get(column.name, {})), rules.empty_words)
        for column in arranged.cells.get_columns()
    )
    read, faults = {}, []
    for name, column in contract.items():
        if name not in raw.columns:
            read[name] = pl.repeat(None, n_rows, dtype=column.dtype, eager=True)
            continue
        place = Place(table=table, column=name, spot=arranged.spot)
        read[name] = cells.typed(raw[name], column, rules, time_zone, place)
        is_lost = raw[name].is_not_null() & read[name].is_null()
        faults.append(Fault(rows=is_lost, column=name, reason=cells.fault(column)))
    features = {name: raw[name] for name in raw.columns if name not in contract}
    rows, notes = money.add_money(table, pl.DataFrame(read | features), raw, rules)
    unusable = [*money.too_large(table, rows), *money.foreign(table, raw, currency)]
    return money.without(table, rows, unusable), [*faults, *unusable], notes


def _repeats(
    arranged: Arranged, rows: pl.DataFrame, is_good: pl.Series, rules: SourceRules
) -> tuple[list[Fault], tuple[Note, ...]]:
    """Return the good rows that repeat a key, and whole rows as faults or as a note."""
    faults = repeats(arranged.table, rows, is_good)
    for fault in faults:
        is_good = is_good & ~fault.rows
    good = arranged.source.filter(is_good)
    is_again = ~good.select(pl.struct(good.columns).is_first_distinct()).to_series()
    if not is_again.any():
        return faults, ()
    if rules.duplicates == "note":
        count = int(is_again.sum())
        note = Note(key="data.identical", values={"table": arranged.table, "count": count})
        return faults, (note,)
    again = pl.int_range(is_good.len(), eager=True).filter(is_good).filter(is_again)
    return [*faults, Fault(rows=among(is_good.len(), again), column=None, reason="duplicate")], ()


def _nothing_left(table: str, rejected: pl.DataFrame) -> DataError:
    """Return the error for a table of which no row can be used, with the chief reasons."""
    reasons = by_reason(rejected).head(MOST_REASONS)
    told = [
        f"{column or 'the line'}: "
        + (phrase(f"reason.{reason}") if kind == SET_ASIDE else reason)
        + f" ({count:,} rows, such as {example})"
        for column, reason, kind, count, example in reasons.select(
            "column", "reason", "kind", "n_rows", "example"
        ).rows()
    ]
    return DataError(
        f"None of the {rejected.height:,} rows of {table} can be used. {'; '.join(told)}. "
        f"Check what [data.{table}] of segment.toml says about these columns (columns, values, "
        "decimal, date_format, separator), or export the table again."
    )
