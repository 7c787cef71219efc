"""Last month beside this month: each customer with the label, and the money, of then and of now."""

import polars as pl

from segment.cuts import amounts, require_numbers
from segment.errors import DataError
from segment.schema import require

CAME, LEFT = "came", "left"


def moves(
    before: pl.DataFrame | None, now: pl.DataFrame, label: str, value: str | None = None
) -> pl.DataFrame:
    """Return customer_id, from_label, to_label of each customer in either month.

    With a `value` also value_before and value_now, in whole millionths. From `came` is from
    nowhere, to `left` is to nowhere; a null is a label not known. Without a month before there are
    no rows.

    Raises:
        DataError: A frame lacks a column, holds a customer twice, or a label that is no Enum.
    """
    past = now.clear() if before is None else before
    kind = pl.Enum(ways(past, now, label))
    both = _side(past, label, value, kind, "from_label", "value_before").join(
        _side(now, label, value, kind, "to_label", "value_now"),
        on="customer_id",
        how="full",
        coalesce=True,
    )
    beside = both.with_columns(
        pl.when(pl.col("was_from_label").is_null())
        .then(pl.lit(CAME, dtype=kind))
        .otherwise("from_label")
        .alias("from_label"),
        pl.when(pl.col("was_to_label").is_null())
        .then(pl.lit(LEFT, dtype=kind))
        .otherwise("to_label")
        .alias("to_label"),
    ).drop("was_from_label", "was_to_label")
    return beside.clear() if before is None else beside


def _side(
    frame: pl.DataFrame, label: str, value: str | None, kind: pl.Enum, name: str, value_name: str
) -> pl.DataFrame:
    require_once(frame)
    if value is not None:
        require_numbers(frame, [value], by="history")
    return frame.select(
        "customer_id",
        pl.col(label).cast(pl.String).cast(kind).alias(name),
        *([] if value is None else [amounts(frame, value).alias(value_name)]),
        pl.lit(True).alias(f"was_{name}"),
    )


def ways(before: pl.DataFrame, now: pl.DataFrame, label: str) -> list[str]:
    """Return this month's labels, those only last month had, and the ways in and out."""
    labels: dict[str, None] = {}
    for frame in (now, before):
        require(frame, ["customer_id", label], by="history")
        kind = frame.schema[label]
        if not isinstance(kind, pl.Enum):
            raise DataError(
                f"history needs labels as an Enum, best first; {label} holds {kind}. "
                "Take the frame as a scheme's assign returned it."
            )
        labels |= dict.fromkeys(kind.categories)
    taken = [name for name in (CAME, LEFT) if name in labels]
    if taken:
        raise DataError(f"{label} has a label '{taken[0]}', which means a customer who {taken[0]}.")
    return [*labels, CAME, LEFT]


def require_once(frame: pl.DataFrame) -> None:
    """Check that `frame` has one row a customer.

    Raises:
        DataError: It lacks customer_id or holds a customer twice.
    """
    require(frame, ["customer_id"], by="history")
    is_twice = frame["customer_id"].is_duplicated()
    if n_twice := is_twice.sum():
        raise DataError(
            f"history needs one row a customer; {n_twice} rows share their customer_id, such as "
            f"{frame['customer_id'].filter(is_twice)[0]!r}."
        )
