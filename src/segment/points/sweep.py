"""The sweep: a ledger into what happened to each member on each day, by cumulated sums alone.

All points live equally long, so the order in which they expire is the order in which they were
earned and are used. On the line of all points that a member ever earned, what is gone is then a
beginning of it. With R taken up to the end of day k, and X earned so long before k that it has
expired unless it was used,

    gone = R + the largest of 0 and X_j - R_before_j over the days j up to k

because an expiry lifts what is gone to X where less is gone, and a taking adds to it. The second
part is what expired. On a day points expire first, then come what is earned and what is taken.

Whoever takes more than is there is overdrawn: the balance falls below zero, and what is earned next
pays for it first.
"""

import datetime as dt

import polars as pl

from segment.errors import DataError
from segment.points.rules import PointRules
from segment.schema import require

THOUSANDTHS = 1_000  # points are counted in whole thousandths, so that sums are exact
LARGEST = 2**62  # of all points together, in thousandths: a sum of 64 bits holds it
NEEDED = ("customer_id", "date", "kind", "points")
PARTS = ("earned", "used", "expired")
TOTALS = ("all_earned", "all_used", "all_expired", "all_lapsed", "balance")
DAY_BITS = 2**32  # a member's number and a day make one sortable number of 64 bits
EARLIEST = 2**29  # added to days since 1970, so that those before are above zero too


def sweep(ledger: pl.DataFrame, day: dt.date, rules: PointRules) -> pl.DataFrame:
    """Return one row a member and day on which something happened, up to the end of `day`.

    Columns: customer_id, date, earned, used, expired (of that day), all_earned, all_used,
    all_expired, all_lapsed (expired unless it was used) and balance (at its end), in whole
    thousandths of a point; by customer_id and date.
    A posting above zero is earned, one below zero used, whatever its kind. Points earned on a day
    expire on the same day `expiry_months` later (on the last of a shorter month), and cannot be
    used on it any more.

    Raises:
        DataError: `ledger` lacks a column, or holds points or days that are not known.
    """
    ids, ends = _day_ends(ledger, day, rules)
    return (
        ends.with_columns(
            (pl.col(f"all_{part}") - _before(f"all_{part}")).alias(part) for part in PARTS
        )
        .with_columns(customer_id=ids.gather(ends["member"]), date=_date())
        .select("customer_id", "date", *PARTS, *TOTALS)
    )


def latest(ledger: pl.DataFrame, day: dt.date, rules: PointRules) -> pl.DataFrame:
    """Return the last row of each member of `sweep` with its totals, which is quicker.

    Columns: customer_id, all_earned, all_used, all_expired, all_lapsed, balance.

    Raises:
        DataError: As `sweep`.
    """
    ids, ends = _day_ends(ledger, day, rules)
    last = ends.filter(pl.col("member").ne_missing(pl.col("member").shift(-1)))
    return last.with_columns(customer_id=ids.gather(last["member"])).select("customer_id", *TOTALS)


def postings(ledger: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """Return the postings up to the end of `day`, their points in whole thousandths.

    Raises:
        DataError: As `sweep`.
    """
    require(ledger, NEEDED, by="points")
    points = pl.col("points").cast(pl.Float64)
    is_known = points.is_finite() & pl.all_horizontal(pl.col("customer_id", "date").is_not_null())
    n_known, total = ledger.select(
        is_known.fill_null(value=False).sum(), total=(points.abs() * THOUSANDTHS).sum()
    ).row(0)
    if n_known < ledger.height:
        raise DataError(
            f"{ledger.height - n_known:,} of {ledger.height:,} postings of the points ledger have "
            "no member, day or points; set them aside at the door."
        )
    if total > LARGEST:
        raise DataError(
            f"The points ledger holds {total / THOUSANDTHS:.3g} points, more than can be added."
        )
    return ledger.filter(pl.col("date") <= day).select(
        "customer_id",
        pl.col("date").cast(pl.Date),
        pl.col("kind").cast(pl.String),
        points=(points * THOUSANDTHS).round().cast(pl.Int64),
    )


def no_postings() -> pl.DataFrame:
    """Return a ledger without postings: that of a company without a club."""
    kinds = dict.fromkeys(NEEDED, pl.String) | {"date": pl.Date, "points": pl.Float64}
    return pl.DataFrame(schema=kinds)


def expires_on(rules: PointRules) -> pl.Expr:
    """Return the day on which the points of `date` have expired; null where they never do."""
    if rules.expiry_months == 0:
        return pl.lit(None, dtype=pl.Date)
    return pl.col("date").dt.offset_by(f"{rules.expiry_months}mo")


def _moves(rows: pl.DataFrame, ids: pl.Series, day: dt.date, rules: PointRules) -> pl.DataFrame:
    """Return what was earned and used, and what would lapse, by member, day and in that order."""
    numbered = rows.join(
        pl.DataFrame({"customer_id": ids}).with_row_index("member"), on="customer_id", how="left"
    ).select(pl.col("member").cast(pl.Int64), "date", "points")
    # the doubled day leaves room for what comes first on it
    since = pl.col("date").to_physical().cast(pl.Int64) + EARLIEST
    key = pl.col("member") * DAY_BITS + since * 2
    placed = numbered.with_columns(key=key + 1).sort("key")
    # what was earned earlier lapses earlier: the lapses are in order as they are
    lapses = placed.filter(pl.col("points") > 0).with_columns(date=expires_on(rules))
    nothing = pl.lit(0, dtype=pl.Int64)
    return placed.select("key", "points", lapsed=nothing).merge_sorted(
        lapses.filter(pl.col("date") <= day).select(key=key, points=nothing, lapsed="points"), "key"
    )


def _day_ends(
    ledger: pl.DataFrame, day: dt.date, rules: PointRules
) -> tuple[pl.Series, pl.DataFrame]:
    """Return the members, and the last move of each member and day with the member's totals.

    Rows stand by member, so that a total within one is a difference: windows over so many small
    groups would take a minute.
    """
    rows = postings(ledger, day)
    ids = rows["customer_id"].unique().sort()
    member = pl.col("key") // DAY_BITS
    points, due = pl.col("points"), pl.col("all_lapsed") - (pl.col("all_used") - pl.col("used"))
    is_last = pl.col("key").ne_missing(pl.col("key").shift(-1))
    ends = (
        _moves(rows, ids, day, rules)
        .lazy()
        .with_columns(
            member=member,
            key=member * DAY_BITS + pl.col("key") % DAY_BITS // 2,
            earned=points.clip(lower_bound=0),
            used=-points.clip(upper_bound=0),
        )
        .with_columns(_summed(part).alias(f"all_{part}") for part in ("earned", "used", "lapsed"))
        .with_columns(all_expired=_largest(due).clip(lower_bound=0))
        .filter(is_last)
        .with_columns(
            balance=pl.col("all_earned") - pl.col("all_used") - pl.col("all_expired"),
        )
        .select("member", "key", *TOTALS)
        .collect()
    )
    return ids, ends


def _date() -> pl.Expr:
    return (pl.col("key") % DAY_BITS - EARLIEST).cast(pl.Int32).cast(pl.Date)


def _is_first() -> pl.Expr:
    return pl.col("member").ne_missing(pl.col("member").shift(1))


def _before(column: str) -> pl.Expr:
    """Return the member's value of the row before; 0 on the first."""
    return pl.when(_is_first()).then(0).otherwise(pl.col(column).shift(1))


def _summed(part: str) -> pl.Expr:
    """Return the running total of each member."""
    total = pl.col(part).cum_sum()
    return total - pl.when(_is_first()).then(total - pl.col(part)).forward_fill()


def _largest(value: pl.Expr) -> pl.Expr:
    """Return the running maximum of each member, each lifted above all values of the one before."""
    lift = pl.col("member").cast(pl.Int128) * (2 * LARGEST)
    return ((lift + value).cum_max() - lift).cast(pl.Int64)
