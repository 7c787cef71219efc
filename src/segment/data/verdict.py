"""Which rows may be used, and the first reason against each that may not.

The order is: left out by a declared rule, a cell that cannot be read, another currency than the
company's, a broken contract, a repetition of a row that is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from types import new_class

import dataframely as dy
import polars as pl

from segment.data.loaded import SET_ASIDE
from segment.schema import TABLES

NUMBER = "row_number"
KEY = "primary_key"
LINE_KEY = "line_id"  # no primary key, because it may be null
BUILT_IN = {
    "nullability": "empty",
    "min_length": "empty",
    "nan": "not_a_number",
    "inf": "not_a_number",
}
# The column to look at where a rule of schema.py is about several.
LOOK_AT = {
    "closed_before_created": "closed_on",
    "closed_without_day": "closed_on",
    "open_with_closing_day": "closed_on",
    "due_before_issued": "due_on",
    "settled_before_issued": "settled_on",
    "redeemed_not_negative": "points",
    "expires_before_decided": "expires_on",
}
OUT_OF_RANGE = "out_of_range"  # min, max and whatever else bounds a value


@dataclass(frozen=True, kw_only=True)
class Fault:
    """The rows to which something is wrong, and what."""

    rows: pl.Series
    column: str | None
    reason: str
    kind: str = SET_ASIDE


def judge(n_rows: int, faults: Sequence[Fault]) -> pl.DataFrame:
    """Return kind, column and reason of the first fault of each row, null where there is none."""
    first = pl.coalesce(
        pl.lit(None, pl.Int32),
        *(pl.when(fault.rows).then(pl.lit(place, pl.Int32)) for place, fault in enumerate(faults)),
    )
    named = pl.DataFrame(
        {
            "fault": range(len(faults)),
            "kind": [fault.kind for fault in faults],
            "column": [fault.column for fault in faults],
            "reason": [fault.reason for fault in faults],
        },
        schema={"fault": pl.Int32, "kind": pl.String, "column": pl.String, "reason": pl.String},
    )
    return (
        pl.DataFrame({NUMBER: pl.int_range(n_rows, eager=True)})
        .with_columns(fault=first)
        .join(named, on="fault", how="left", maintain_order="left")
        .select("kind", "column", "reason")
    )


def contract_faults(table: str, rows: pl.DataFrame) -> list[Fault]:
    """Return what the contract finds wrong with the rows; repeated keys are `repeats`' matter."""
    schema = _numbered(table)
    numbered = rows.select(TABLES[table].columns().keys()).with_row_index(NUMBER)
    _, failure = schema.filter(numbered)
    details = failure.details()
    rules = [name for name in details.columns if name not in numbered.columns and name != KEY]
    return [
        Fault(
            rows=among(rows.height, details.filter(pl.col(rule) == "invalid")[NUMBER]),
            column=_column(rule),
            reason=_reason(rule),
        )
        for rule in rules
    ]


@cache
def _numbered(table: str) -> type[dy.Schema]:
    """Return the table's contract with a column more, to know the failing rows by."""
    return new_class(
        table, (TABLES[table],), exec_body=lambda body: body.update({NUMBER: dy.UInt32()})
    )


def among(n_rows: int, numbers: pl.Series) -> pl.Series:
    """Return for each of `n_rows` whether its place, from 0, is among the numbers."""
    return pl.int_range(n_rows, eager=True, dtype=pl.UInt32).is_in(numbers.implode())


def _reason(rule: str) -> str:
    if "|" not in rule:
        return rule  # the rules of schema.py are named after their phrase
    return BUILT_IN.get(rule.rpartition("|")[2], OUT_OF_RANGE)


def _column(rule: str) -> str:
    """Return the column whose value a reader should look at first."""
    return rule.partition("|")[0] if "|" in rule else LOOK_AT[rule]


def repeats(table: str, rows: pl.DataFrame, is_good: pl.Series) -> list[Fault]:
    """Return the good rows whose key an earlier good row has; a missing key repeats none."""
    key = TABLES[table].primary_key() or [LINE_KEY]
    if not {*key} <= {*rows.columns}:
        return []
    good = rows.with_row_index(NUMBER).filter(is_good).drop_nulls(key)
    again = good.filter(~pl.struct(key).is_first_distinct())[NUMBER]
    return [Fault(rows=among(rows.height, again), column=key[0], reason="duplicate")]
