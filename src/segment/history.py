"""Since last month: who moved between labels, and which customers the revenue came from.

`movement` counts each way from one label to another, with customers who came and who left, so
that it adds up to last month on one side and to this month on the other. `bridge` explains the
difference between two periods' revenue, exactly. Where there is no month before, every frame is
empty with its usual columns and every rate is unknown.
"""

import polars as pl

from segment.cuts import MILLION, amounts, require_numbers
from segment.errors import DataError
from segment.schema import require

CAME, LEFT = "came", "left"
DIRECTIONS = ("came", "up", "down", "left")
BRIDGE_STEPS = ("new", "up", "kept", "down", "lost")
FEWEST_TO_REPEAT = 2  # purchase days in the period


def movement(
    before: pl.DataFrame | None, now: pl.DataFrame, label: str, value: str
) -> pl.DataFrame:
    """Count each way between labels: from_label, to_label, n_customers, value_before, value_now.

    Every pair of labels has its row, also where nobody went that way; from `came` is from
    nowhere, to `left` is to nowhere. A null is a label not known; it has rows only where
    somebody has it. `value` is added up as it was then and as it is now, unknown as nothing.

    Raises:
        DataError: A frame lacks a column, holds a customer twice, or a label that is no Enum.
    """
    moves = _moves(before, now, label, value)
    counts = moves.group_by("from_label", "to_label").agg(
        pl.len().cast(pl.Int64).alias("n_customers"),
        pl.col("value_before", "value_now").sum() / MILLION,
    )
    if before is None:
        return counts
    codes = _ways(before, now, label)
    places = pl.DataFrame({"from_label": pl.Series(codes, dtype=pl.Enum(codes))})
    ways = places.join(places.rename({"from_label": "to_label"}), how="cross").filter(
        pl.col("from_label") != LEFT,
        pl.col("to_label") != CAME,
        ~((pl.col("from_label") == CAME) & (pl.col("to_label") == LEFT)),
    )
    return (
        ways.join(counts, on=ways.columns, how="full", coalesce=True, nulls_equal=True)
        .with_columns(pl.col("n_customers", "value_before", "value_now").fill_null(0))
        .sort("from_label", "to_label", nulls_last=True)
    )


def changes(before: pl.DataFrame | None, now: pl.DataFrame, label: str) -> pl.DataFrame:
    """List who moved: customer_id, from_label, to_label, direction; by direction and customer.

    The direction is came, up, down or left, and null where one of the labels is not known.

    Raises:
        DataError: A frame lacks a column, holds a customer twice, or a label that is no Enum.
    """
    from_label, to_label = pl.col("from_label"), pl.col("to_label")
    direction = (
        pl.when(from_label == CAME)
        .then(pl.lit("came"))
        .when(to_label == LEFT)
        .then(pl.lit("left"))
        .when(to_label.to_physical() < from_label.to_physical())
        .then(pl.lit("up"))
        .when(to_label.to_physical() > from_label.to_physical())
        .then(pl.lit("down"))
    )
    return (
        _moves(before, now, label)
        .filter(from_label.ne_missing(to_label))
        .select("customer_id", from_label, to_label, direction=direction.cast(pl.Enum(DIRECTIONS)))
        .sort("direction", "customer_id", nulls_last=True)
    )


def _moves(
    before: pl.DataFrame | None, now: pl.DataFrame, label: str, value: str | None = None
) -> pl.DataFrame:
    """Put last month beside this month: one row for each customer in either."""
    past = now.clear() if before is None else before
    kind = pl.Enum(_ways(past, now, label))
    both = _side(past, label, value, kind, "from_label", "value_before").join(
        _side(now, label, value, kind, "to_label", "value_now"),
        on="customer_id",
        how="full",
        coalesce=True,
    )
    moves = both.with_columns(
        pl.when(pl.col("was_from_label").is_null())
        .then(pl.lit(CAME, dtype=kind))
        .otherwise("from_label")
        .alias("from_label"),
        pl.when(pl.col("was_to_label").is_null())
        .then(pl.lit(LEFT, dtype=kind))
        .otherwise("to_label")
        .alias("to_label"),
    ).drop("was_from_label", "was_to_label")
    return moves.clear() if before is None else moves


def _side(
    frame: pl.DataFrame, label: str, value: str | None, kind: pl.Enum, name: str, value_name: str
) -> pl.DataFrame:
    n_twice = frame["customer_id"].is_duplicated().sum()
    if n_twice:
        raise DataError(
            f"history needs one row a customer; {n_twice} rows share their customer_id, such as "
            f"{frame.filter(pl.col('customer_id').is_duplicated())['customer_id'][0]!r}."
        )
    if value is not None:
        require_numbers(frame, [value], by="history")
    return frame.select(
        "customer_id",
        pl.col(label).cast(pl.String).cast(kind).alias(name),
        *([] if value is None else [amounts(frame, value).alias(value_name)]),
        pl.lit(True).alias(f"was_{name}"),
    )


def _ways(before: pl.DataFrame, now: pl.DataFrame, label: str) -> list[str]:
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


def bridge(before_rows: pl.DataFrame | None, now_rows: pl.DataFrame) -> pl.DataFrame:
    """Explain the change of revenue between two periods' transactions, customer by customer.

    Columns: step, n_customers, amount_before, amount_now, change. The steps are new (no row in
    the first period), up, kept (the same amount in both), down, and lost (no row in the second);
    each has its row. The changes add up to the second total less the first; refunds count.

    Raises:
        DataError: A frame lacks customer_id or amount.
    """
    past = now_rows.clear() if before_rows is None else before_rows
    before, now = pl.col("amount_before"), pl.col("amount_now")
    step = (
        pl.when(before.is_null())
        .then(pl.lit("new"))
        .when(now.is_null())
        .then(pl.lit("lost"))
        .when(now > before)
        .then(pl.lit("up"))
        .when(now < before)
        .then(pl.lit("down"))
        .otherwise(pl.lit("kept"))
    )
    sums = (
        _by_customer(past, "amount_before")
        .join(_by_customer(now_rows, "amount_now"), on="customer_id", how="full", coalesce=True)
        .group_by(step=step.cast(pl.Enum(BRIDGE_STEPS)))
        .agg(pl.len().cast(pl.Int64).alias("n_customers"), before.sum(), now.sum())
    )
    steps = pl.DataFrame({"step": pl.Series(BRIDGE_STEPS, dtype=pl.Enum(BRIDGE_STEPS))})
    rows = steps.join(sums, on="step", how="left", maintain_order="left").select(
        "step",
        pl.col("n_customers").fill_null(0),
        before.fill_null(0) / MILLION,
        now.fill_null(0) / MILLION,
        change=(now.fill_null(0) - before.fill_null(0)) / MILLION,
    )
    return rows.clear() if before_rows is None else rows


def _by_customer(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    require(rows, ["customer_id"], by="bridge")
    require_numbers(rows, ["amount"], by="bridge")
    exact = rows.select("customer_id", amounts(rows, "amount").alias(name))
    return exact.group_by("customer_id").agg(pl.col(name).sum())


def growth_rate(before_rows: pl.DataFrame | None, now_rows: pl.DataFrame) -> float | None:
    """Return the second period's revenue over the first's, less 1; None if that was not above 0.

    Raises:
        DataError: A frame lacks the column amount.
    """
    if before_rows is None:
        return None
    for rows in (before_rows, now_rows):
        require_numbers(rows, ["amount"], by="growth_rate")
    before, now = (int(amounts(rows, "amount").sum()) for rows in (before_rows, now_rows))
    return now / before - 1 if before > 0 else None


def repeat_rate(rows: pl.DataFrame) -> float | None:
    """Return the share of a period's buyers who bought on two days or more; None without buyers.

    A day of refunds only is no purchase day.

    Raises:
        DataError: `rows` lacks customer_id, date or amount.
    """
    require(rows, ["customer_id", "date", "amount"], by="repeat_rate")
    n_days = (
        rows.filter(pl.col("amount") >= 0)
        .group_by("customer_id")
        .agg(pl.col("date").n_unique())["date"]
    )
    return float((n_days >= FEWEST_TO_REPEAT).sum() / len(n_days)) if len(n_days) else None


def average_order_value(rows: pl.DataFrame) -> float | None:
    """Return the mean net money of a period's orders; None without orders.

    An order is an order_id, or, where that is unknown, a customer's day. What nets to zero or
    less is a refund and no order.

    Raises:
        DataError: `rows` lacks customer_id, date or amount.
    """
    require(rows, ["customer_id", "date"], by="average_order_value")
    require_numbers(rows, ["amount"], by="average_order_value")
    order_id = pl.col("order_id") if "order_id" in rows.columns else pl.lit(None, dtype=pl.String)
    orders = (
        rows.select("customer_id", "date", amounts(rows, "amount"), order_id=order_id)
        .group_by("customer_id", "order_id", pl.when(pl.col("order_id").is_null()).then("date"))
        .agg(pl.col("amount").sum())
        .filter(pl.col("amount") > 0)["amount"]
    )
    return int(orders.sum()) / MILLION / len(orders) if len(orders) else None
