"""What was known at the end of a day: a report about October must not see November."""

import datetime as dt

import polars as pl

from segment.schema import TABLES, marked

OPEN = "open"
# Marks prospects whose closing is withheld, because it came after the day of the report.
CLOSED_LATER = "closed_later"
FEWEST_OPEN = 20  # of fewer open prospects a field may be empty by chance


def as_known(table: str, rows: pl.DataFrame, as_of: dt.date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows known at the end of `as_of`, and those that became known later.

    A fact of a known row that came later is withheld: a settlement becomes null, a closed
    prospect open, and with it every field that is filled only at closing; where there is such a
    prospect, `closed_later` marks them, since their other fields may know more than they should. A
    row without a day is taken as known.
    """
    later = pl.lit(False)
    for name in marked(table, "known_on"):
        later = later | (pl.col(name).cast(pl.Date) > as_of).fill_null(False)
    known = rows.filter(~later)
    for name in marked(table, "later"):
        is_withheld = (pl.col(name) > as_of).fill_null(False)
        if "outcome" in rows.columns:
            if known.select(is_withheld.any()).item():
                known = known.with_columns(is_withheld.alias(CLOSED_LATER))
            open_again = pl.lit(OPEN).cast(rows.schema["outcome"])
            known = known.with_columns(
                outcome=pl.when(is_withheld).then(open_again).otherwise("outcome"),
                **{
                    late: pl.when(~is_withheld).then(late)
                    for late in _filled_at_closing(table, rows)
                },
            )
        known = known.with_columns(pl.when(~is_withheld).then(name).alias(name))
    return known, rows.filter(later)


def _filled_at_closing(table: str, rows: pl.DataFrame) -> list[str]:
    """Return the features that no prospect still open in the file has filled.

    Told by the file as it is, whatever the day of the report: it is the best witness of what an
    open prospect looks like.
    """
    is_open = rows.filter(pl.col("outcome").cast(pl.String) == OPEN)
    if is_open.height < FEWEST_OPEN:
        return []
    features = [name for name in rows.columns if name not in TABLES[table].columns()]
    return [name for name in features if is_open[name].null_count() == is_open.height]
