"""Labels that last: this month's places and last month's labels become the labels published.

A rise is taken at once. A fall may be given a grace: it is taken when it has been due in so many
months before this one as well; until then the label stays and the months are counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from segment.cuts.passing import band, place
from segment.errors import DataError
from segment.schema import require


@dataclass(frozen=True, kw_only=True)
class LastMonth:
    """Where each row stood a month ago: its place, 0 the best, and how long a fall was due."""

    place: pl.Series  # null: not there, or without a label
    due_months: pl.Series


def last_month(
    frame: pl.DataFrame, before: pl.DataFrame | None, label: str, labels: Sequence[str]
) -> LastMonth | None:
    """Return where the rows of `frame` stood in `before`, last month's frame with its labels.

    A label that is no longer given counts as none. None where there is no month before, or it did
    not have this label.

    Raises:
        DataError: A frame lacks customer_id, or `before` holds a customer twice.
    """
    if before is None or label not in before.columns:
        return None
    for one in (frame, before):
        require(one, ["customer_id"], by=label)
    if n_twice := before["customer_id"].is_duplicated().sum():
        raise DataError(
            f"{label} needs one row a customer in the month before; {n_twice} rows share their "
            "customer_id."
        )
    due = f"{label}_due_months"
    waited = pl.col(due) if due in before.columns else pl.lit(0)
    known = pl.Enum(list(labels))
    past = before.select(
        "customer_id",
        was=pl.col(label).cast(pl.String).cast(known, strict=False).to_physical().cast(pl.UInt32),
        waited=waited.cast(pl.Int64),
    )
    held = frame.select(pl.col("customer_id").cast(past.schema["customer_id"])).join(
        past, on="customer_id", how="left", maintain_order="left"
    )
    return LastMonth(place=held["was"], due_months=held["waited"].fill_null(0))


def labelled(
    frame: pl.DataFrame,
    values: pl.Series,
    lines: Sequence[int | None] | None,
    last: LastMonth | None,
    *,
    label: str,
    labels: Sequence[str],
    margin: float,
    grace_months: int,
) -> pl.DataFrame:
    """Label `values` by falling lines, one for each label but the last; see `settle`.

    Where the lines are None, those of another rule, no label is known.
    """
    if lines is None:
        places = by_line = pl.repeat(None, len(values), dtype=pl.UInt32, eager=True)
    else:
        by_line = place(values, [band(line) for line in lines])
        bands = [band(line, margin) for line in lines]
        places = by_line if last is None else place(values, bands, last.place)
    return settle(
        frame, by_line, places, last, label=label, labels=labels, grace_months=grace_months
    )


def settle(
    frame: pl.DataFrame,
    by_line: pl.Series,
    places: pl.Series,
    last: LastMonth | None,
    *,
    label: str,
    labels: Sequence[str],
    grace_months: int,
) -> pl.DataFrame:
    """Add `<label>_by_line`, what the lines alone say, and last the label, as Enums, best first.

    With a grace also `<label>_due_months`: in how many months a fall that was not taken has been
    due, this one included; 0 where none is.
    """
    due = pl.repeat(0, frame.height, dtype=pl.Int64, eager=True)
    if last is not None and grace_months > 0:
        waits = ((places > last.place) & (last.due_months < grace_months)).fill_null(False)
        due = (last.due_months + 1).zip_with(waits, due)
        places = last.place.zip_with(waits, places)
    months = {f"{label}_due_months": due} if grace_months > 0 else {}
    return frame.with_columns(
        **{f"{label}_by_line": named(by_line, labels)}, **months, **{label: named(places, labels)}
    )


def named(places: pl.Series, labels: Sequence[str]) -> pl.Series:
    """Turn places (0 the best) into labels as an Enum, best first."""
    return pl.Series(labels, dtype=pl.Enum(labels)).gather(places)
