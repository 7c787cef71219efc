"""Clean tables into raw ones: written as text, oddities and damaged copies put in."""

import numpy as np
import polars as pl

from segment.sample.company import Company
from segment.sample.flaws import FLAWS, FRESH_KEYS, ODDITIES, Flaw
from segment.sample.rules import SampleRules, chance
from segment.sample.words import Ints

DECIMALS = {
    "quantity": 0,
    "points": 0,
    "margin_rate": 3,
    "hours_per_week": 1,
    "first_order_estimate": 0,
    "contract_value": 0,
}
MONEY_DECIMALS = 2


def spoil(company: Company) -> dict[str, pl.DataFrame]:
    """Return every table as text, with its oddities and its damaged rows."""
    return {name: _spoilt(name, frame, company.rules) for name, frame in company.tables.items()}


def account() -> pl.DataFrame:
    """Return what was damaged: table, column, reason, n_rows."""
    rows = [{k: getattr(f, k) for k in ("table", "column", "reason", "n_rows")} for f in FLAWS]
    return pl.DataFrame(rows).with_columns(pl.col("n_rows").cast(pl.Int64))


def as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """Write every cell as text, numbers with the decimals of their column."""
    return frame.with_columns(
        pl.col(name)
        .cast(pl.Decimal(38, DECIMALS.get(name, MONEY_DECIMALS)) if dtype.is_float() else dtype)
        .cast(pl.String)
        for name, dtype in frame.schema.items()
    )


def _spoilt(table: str, frame: pl.DataFrame, rules: SampleRules) -> pl.DataFrame:
    text = _odd(table, as_text(frame), rules)
    rng = chance(rules, f"damage {table}")
    flaws = [flaw for flaw in FLAWS if flaw.table == table]
    n_before = 0
    parts = [text.with_columns(place=pl.int_range(pl.len()).cast(pl.Float64))]
    for flaw in flaws:
        copies = _copies(flaw, as_text(frame), n_before, rng)
        n_before += flaw.n_rows
        # A repeated row follows the first one: the export was run again and appended.
        late = flaw.reason == "duplicate"
        place = (
            np.full(copies.height, text.height)
            if late
            else rng.uniform(0, text.height, copies.height)
        )
        parts.append(copies.with_columns(place=pl.Series(place, dtype=pl.Float64)))
    return pl.concat(parts).sort("place", maintain_order=True).drop("place")


def _copies(
    flaw: Flaw, text: pl.DataFrame, n_before: int, rng: np.random.Generator
) -> pl.DataFrame:
    copies = text[_chosen(text.height, flaw, rng)]
    if flaw.reason == "duplicate":
        return copies
    if flaw.table in FRESH_KEYS:
        key, form = FRESH_KEYS[flaw.table]
        numbers = [form.format(f"{n_before + i + 1:03d}") for i in range(copies.height)]
        copies = copies.with_columns(pl.Series(key, numbers))
    return copies.with_columns(
        change.alias(column)
        if isinstance(change, pl.Expr)
        else pl.Series(column, [change[i % len(change)] or None for i in range(copies.height)])
        for column, change in flaw.change.items()
    )


def _chosen(n: int, flaw: Flaw, rng: np.random.Generator) -> Ints:
    if flaw.is_block:
        return np.arange(flaw.n_rows) + rng.integers(0, n - flaw.n_rows + 1)
    return np.sort(rng.choice(n, flaw.n_rows, replace=n < flaw.n_rows))


def _odd(table: str, text: pl.DataFrame, rules: SampleRules) -> pl.DataFrame:
    for oddity in ODDITIES:
        if oddity.table == table:
            rng = chance(rules, f"oddity {table} {oddity.column}")
            fits = text.select(oddity.where if oddity.where is not None else pl.lit(True))
            can = np.flatnonzero(np.broadcast_to(fits.to_series().to_numpy(), text.height))
            chosen = rng.choice(can, min(oddity.n_rows, len(can)), replace=False)
            is_odd = pl.int_range(pl.len()).is_in(chosen.tolist())
            written = pl.when(is_odd).then(oddity.written).otherwise(oddity.column)
            text = text.with_columns(written.alias(oddity.column))
    return text
