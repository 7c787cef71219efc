"""The account of a month's input: every row and every penny is accepted, set aside or excluded.

Money is added up in whole ten-thousandths of the currency's unit, so that sums are exact and do
not depend on the order of the rows; shown in units again, they are right to the penny.
"""

import polars as pl

from segment.data.loaded import EXCLUDED, SET_ASIDE, Loaded
from segment.errors import RunError
from segment.schema import marked

PARTS_OF_A_UNIT = 10_000
MOST_LETTERS = 80  # of an example; a torn line may be long


def parts(amounts: pl.Series) -> int:
    """Return the exact sum of amounts in ten-thousandths; unknown ones count nothing."""
    whole = (amounts.cast(pl.Float64) * PARTS_OF_A_UNIT).round().cast(pl.Int128)
    return int(whole.sum())


def money_of(table: str, rows: pl.DataFrame) -> pl.Series:
    """Return the money of each row; all null for a table that holds none."""
    name = next(iter(marked(table, "money")), None)
    return rows[name] if name else pl.Series([None] * rows.height, dtype=pl.Float64)


def reconcile(loaded: Loaded) -> Loaded:
    """Return `loaded` if its rows and its money add up to what came in.

    Raises:
        RunError: They do not, which is a fault of the program and not of the data.
    """
    n_out = loaded.rows.height + loaded.rejected.height
    parts_out = parts(money_of(loaded.table, loaded.rows)) + parts(loaded.rejected["amount"])
    if n_out != loaded.n_in or parts_out != loaded.parts_in:
        raise RunError(
            f"{loaded.table} does not add up: {loaded.n_in} rows and {loaded.parts_in} "
            f"ten-thousandths of money came in, {n_out} and {parts_out} went out. "
            "Please report this."
        )
    return loaded


def account(loaded: Loaded, later: pl.DataFrame) -> pl.DataFrame:
    """Return one row with the rows and money of a table, by what became of them.

    In is accepted + set aside + excluded. `n_later` of the accepted rows became known after the
    day of the report. Money is null for a table that holds none; money of another currency, or
    that cannot be read, is in no sum, and its rows are in `n_money_unreadable`.
    """
    rejected = {
        kind: loaded.rejected.filter(pl.col("kind") == kind) for kind in (SET_ASIDE, EXCLUDED)
    }
    sums = {
        "money_accepted": parts(money_of(loaded.table, loaded.rows)),
        "money_set_aside": parts(rejected[SET_ASIDE]["amount"]),
        "money_excluded": parts(rejected[EXCLUDED]["amount"]),
        "money_later": parts(money_of(loaded.table, later)),
    }
    sums["money_in"] = loaded.parts_in
    has_money = bool(marked(loaded.table, "money"))
    return pl.DataFrame(
        {
            "table": loaded.table,
            "n_in": loaded.n_in,
            "n_accepted": loaded.rows.height,
            "n_set_aside": rejected[SET_ASIDE].height,
            "n_excluded": rejected[EXCLUDED].height,
            "n_later": later.height,
            **{
                name: sums[name] / PARTS_OF_A_UNIT if has_money else None
                for name in (
                    "money_in", "money_accepted", "money_set_aside", "money_excluded", "money_later"
                )
            },
            "n_money_unreadable": loaded.rejected["amount"].null_count() if has_money else 0,
        },
        schema_overrides={"money_in": pl.Float64, "money_accepted": pl.Float64,
                          "money_set_aside": pl.Float64, "money_excluded": pl.Float64,
                          "money_later": pl.Float64},
    )  # fmt: skip


def by_reason(rejected: pl.DataFrame) -> pl.DataFrame:
    """Count rejected rows and their money by reason, the most frequent first within a table.

    `money` is null where no row's money could be read; `example` is the first value and its
    place, such as `'31.02.2026' (orders.csv, row 7)`.
    """
    place = pl.format("({}, row {})", "file", "row")
    written = pl.format("'{}' {}", pl.col("value").str.slice(0, MOST_LETTERS), place)
    return (
        rejected.group_by("table", "column", "reason", "kind", maintain_order=True)
        .agg(
            n_rows=pl.len(),
            money=pl.when(pl.col("amount").is_not_null().any()).then(
                (pl.col("amount") * PARTS_OF_A_UNIT).round().cast(pl.Int128).sum()
                / PARTS_OF_A_UNIT
            ),
            example=pl.coalesce(pl.when(pl.col("value") != "").then(written), place).first(),
        )
        .sort("table", "n_rows", descending=[False, True], maintain_order=True)
    )  # fmt: skip
