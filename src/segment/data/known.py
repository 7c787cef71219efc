"""What was known at the end of a day: a report about October must not see November."""

import datetime as dt

import polars as pl

from segment.schema import marked

OPEN = "open"


def as_known(table: str, rows: pl.DataFrame, as_of: dt.date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows known at the end of `as_of`, and those that became known later.

    A fact of a known row that came later is withheld: a settlement becomes null, a closed
    prospect open. A row without a day is taken as known.
    """
    later = pl.lit(False)
    for name in marked(table, "known_on"):
        later = later | (pl.col(name).cast(pl.Date) > as_of).fill_null(False)
    known = rows.filter(~later)
    for name in marked(table, "later"):
        is_withheld = (pl.col(name) > as_of).fill_null(False)
        if "outcome" in rows.columns:
            open_again = pl.lit(OPEN).cast(rows.schema["outcome"])
            known = known.with_columns(
                outcome=pl.when(is_withheld).then(open_again).otherwise("outcome")
            )
        known = known.with_columns(pl.when(~is_withheld).then(name).alias(name))
    return known, rows.filter(later)
