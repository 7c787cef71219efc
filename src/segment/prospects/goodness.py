"""How good the grades are, as tables: by grade, by tenths, at the top, and month by month.

All is told by leads that the model had not seen when it gave their chance (see `judging`), and by
what is known of leads by the month in which they were created. Sources: Wilson 1927 (interval of
a share), Newcombe 1998 (interval of the difference of two).
"""

import datetime as dt

import polars as pl

from segment.prospects import measures, timing
from segment.prospects.measures import CALIBRATION_BINS
from segment.prospects.measures import graded as by_floors
from segment.prospects.model import Model
from segment.prospects.rules import GRADES
from segment.schema import require

# Up to which share of the leads, best first, the lift is told.
TOPS = tuple(place / 10 for place in range(1, 11))
# Fewer months on either side than this show no drift.
FEWEST_MONTHS = 3


def realised(leads: pl.DataFrame, model: Model) -> pl.DataFrame | None:
    """Return for each grade what was said and what came, in the way that the rules grade.

    `leads` have value_if_won where money decides; a lead of the past is given the value that one
    like it would have today. By capacity a grade depends on who else was open that day, so that
    nothing can be rehearsed: None, as where the model abstained.

    Columns: grade, n_leads, predicted_rate, realised_rate, low, high.

    Raises:
        DataError: A column that the rules go by is not there.
    """
    rules, judged = model.rules.grades, model.quality.judged
    if judged is None or model.card is None or rules.grade_by == "capacity":
        return None
    chance, floors = pl.col("chance"), rules.floors
    if rules.grade_by == "expected_value":
        require(leads, ["prospect_id", "value_if_won"], by="prospects.realised")
        worth = leads.select("prospect_id", "value_if_won")
        judged = judged.join(worth, on="prospect_id", how="left", maintain_order="left")
        chance, floors = chance * pl.col("value_if_won") - rules.pursuit_cost, rules.value_floors
    graded = judged.with_columns(grade=by_floors(chance, floors)).drop_nulls("grade")
    return by_letter(graded, model.rules.interval_share)


def by_letter(graded: pl.DataFrame, interval_share: float) -> pl.DataFrame:
    """Return the rates of each grade of `graded`: grade, chance and is_hit, one row a lead."""
    seen = graded.group_by("grade").agg(*_rates()).pipe(measures.with_interval, interval_share)
    every = pl.DataFrame({"grade": pl.Series(GRADES, dtype=pl.Enum(GRADES))})
    table = every.join(seen, on="grade", how="left", maintain_order="left")
    return table.with_columns(pl.col("n_leads").fill_null(0))


def _rates() -> list[pl.Expr]:
    return [
        pl.len().cast(pl.Int64).alias("n_leads"),
        pl.col("chance").mean().alias("predicted_rate"),
        pl.col("is_hit").mean().alias("realised_rate"),
    ]


def reliability(judged: pl.DataFrame, interval_share: float) -> pl.DataFrame:
    """Return for tenths of the judged leads, the least likely first, what was said and what came.

    Columns: tenth (1 to 10), n_leads, predicted_rate, realised_rate, low, high.
    """
    tenth = (pl.col("chance").rank("ordinal") - 1) * CALIBRATION_BINS // pl.len() + 1
    return (
        judged.group_by(tenth.cast(pl.Int64).alias("tenth"))
        .agg(*_rates())
        .sort("tenth")
        .pipe(measures.with_interval, interval_share)
    )


def lift(judged: pl.DataFrame, interval_share: float) -> pl.DataFrame:
    """Return what the best leads brought, of each period of the rehearsal the best ones.

    Columns: top_leads_share (0.1 to 1), n_leads, won_share (of all wins, those among them),
    realised_rate, low, high, and lift, lift_low, lift_high: the rate over that of all leads. No
    rows where nothing was won.
    """
    n_won = float(judged["is_hit"].sum())
    place = pl.col("chance").rank("ordinal", descending=True).over("period")
    ranked = judged.with_columns(place=place / pl.len().over("period"))
    rate = n_won / max(len(judged), 1)
    tops = [
        ranked.filter(pl.col("place") <= top)
        .select(
            pl.lit(top).alias("top_leads_share"),
            *_rates(),
            pl.col("is_hit").sum().alias("n_won"),
        )
        .filter(pl.col("n_leads") > 0, pl.lit(n_won > 0))
        for top in TOPS
    ]
    return (
        pl.concat(tops)
        .pipe(measures.with_interval, interval_share)
        .with_columns(
            won_share=pl.col("n_won") / max(n_won, 1.0),
            **{
                name: pl.col(column) / (rate or 1.0)
                for name, column in (
                    ("lift", "realised_rate"), ("lift_low", "low"), ("lift_high", "high"),
                )
            },
        )
        .select("top_leads_share", "n_leads", "won_share", "realised_rate", "low", "high",
                "lift", "lift_low", "lift_high")
    )  # fmt: skip


def by_month(
    leads: pl.DataFrame, as_of: dt.date, horizon_days: int, interval_share: float
) -> pl.DataFrame:
    """Return which share of the leads of each month was won within the horizon of its creation.

    Columns: month (its first day), n_leads, n_won (within the horizon, so far), realised_rate, low,
    high. The rate is null for a month that has not been followed for a horizon to its last day:
    what is known of it so far would be too low. Months run from the first lead to `as_of`.
    """
    labelled = timing.label(timing.follow(leads.filter(pl.col("created_on") <= as_of), as_of),
                            horizon_days)  # fmt: skip
    month = pl.col("created_on").dt.month_start().alias("month")
    is_followed = pl.col("month").dt.month_end() + pl.duration(days=horizon_days) <= as_of
    seen = (
        labelled.group_by(month)
        .agg(
            n_leads=pl.len().cast(pl.Int64),
            n_won=pl.col("is_hit").fill_null(value=False).sum().cast(pl.Int64),
        )
        .sort("month")
        .with_columns(realised_rate=pl.when(is_followed).then(pl.col("n_won") / pl.col("n_leads")))
    )
    return measures.with_interval(seen, interval_share)


def drift(months: pl.DataFrame, interval_share: float) -> dict[str, float] | None:
    """Return the rate of the later half of the known months against that of the earlier half.

    `months` is what `by_month` returns. The names: earlier, later, change, low and high (of the
    change), n_months (known ones); None with fewer than three months on either side.
    """
    known = months.drop_nulls("realised_rate")
    half = len(known) // 2
    if half < FEWEST_MONTHS:
        return None
    sums = [
        part.select(pl.col("n_won").sum(), pl.col("n_leads").sum()).row(0)
        for part in (known.head(half), known.tail(half))
    ]
    (before, after), (low_1, high_1), (low_2, high_2) = (
        [won / n for won, n in sums],
        *(measures.wilson(won / n, n, interval_share) for won, n in sums),
    )
    change = after - before
    down = ((after - low_2) ** 2 + (high_1 - before) ** 2) ** 0.5
    up = ((high_2 - after) ** 2 + (before - low_1) ** 2) ** 0.5
    return {
        "earlier": before, "later": after, "change": change, "low": change - down,
        "high": change + up, "n_months": float(len(known)),
    }  # fmt: skip
