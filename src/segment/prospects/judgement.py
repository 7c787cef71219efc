"""What a person thought of a lead, beside the model's grade and never mixed into it.

A newcomer without history may carry a human judgement; which of the two was right is told by the
leads that both had judged and that have closed since.
"""

import datetime as dt
from typing import Any

import polars as pl

from segment.prospects import measures
from segment.prospects.features import JUDGED
from segment.prospects.measures import graded as by_floors
from segment.prospects.model import Model
from segment.prospects.rules import GRADES
from segment.schema import require

DTYPES: dict[str, Any] = {
    "judged_grade": pl.Enum(GRADES),
    "judged_by": pl.String,
    "judged_on": pl.Date,
}
# Fewer leads won or not won than this put no pairs in order worth telling.
FEWEST_OUTCOMES = 5
JUDGES = ("model", "person")


def add_judgement(
    leads: pl.DataFrame, judgements: pl.DataFrame | None, as_of: dt.date
) -> pl.DataFrame:
    """Add judged_grade, judged_by and judged_on: the latest judgement known at the end of `as_of`.

    `judgements` is one row a judgement; without it, columns of these names in `leads` count. A
    judgement of the closing day or later is none, since its author knew the outcome.

    Raises:
        DataError: `judgements` lacks a column.
    """
    plain = leads.drop(JUDGED, strict=False)
    if judgements is None:
        own = [
            pl.col(name).cast(dtype, strict=False) if name in leads.columns
            else pl.lit(None, dtype=dtype).alias(name)
            for name, dtype in DTYPES.items()
        ]  # fmt: skip
        judgements = leads.select("prospect_id", *own)
    require(judgements, ["prospect_id", "judged_grade"], by="prospects.add_judgement")
    known = _known(judgements, leads, as_of)
    return plain.join(known, on="prospect_id", how="left", maintain_order="left")


def _known(judgements: pl.DataFrame, leads: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """Return the last judgement of each lead that its author could not know the outcome of."""
    missing = [name for name in DTYPES if name not in judgements.columns]
    typed = judgements.with_columns(pl.lit(None).alias(name) for name in missing).select(
        "prospect_id", *(pl.col(name).cast(dtype, strict=False) for name, dtype in DTYPES.items())
    )
    closings = leads.select("prospect_id", "closed_on")
    # a judgement without a day may have been made after the closing
    judged_in_time = pl.col("closed_on").is_null() | (pl.col("judged_on") < pl.col("closed_on"))
    return (
        typed.drop_nulls("judged_grade")
        .join(closings, on="prospect_id", how="inner", maintain_order="left")
        .filter(pl.col("judged_on").is_null() | (pl.col("judged_on") <= as_of))
        .filter(judged_in_time.fill_null(value=False))
        .sort("judged_on", nulls_last=False, maintain_order=True)
        .unique("prospect_id", keep="last", maintain_order=True)
        .drop("closed_on")
    )


def both_judged(leads: pl.DataFrame, model: Model) -> pl.DataFrame:
    """Return the leads that model and person judged beforehand: grade, judged_grade, is_hit.

    `leads` has the judgements; the model's word is that of the rehearsal, when it had not seen the
    lead, by the floors of the chance.

    Raises:
        DataError: `leads` has no judgements.
    """
    require(leads, ["prospect_id", "judged_grade"], by="prospects.both_judged")
    judged = model.quality.judged
    if judged is None:
        schema: dict[str, Any] = {"grade": pl.Enum(GRADES), "judged_grade": pl.Enum(GRADES)}
        return pl.DataFrame(schema=schema | {"chance": pl.Float64, "is_hit": pl.Float64})
    persons = leads.select("prospect_id", "judged_grade").drop_nulls()
    graded = by_floors(pl.col("chance"), model.rules.floors)
    return judged.join(persons, on="prospect_id", how="inner", maintain_order="left").select(
        grade=graded, judged_grade="judged_grade", chance="chance", is_hit="is_hit"
    )


def compared(both: pl.DataFrame, interval_share: float) -> pl.DataFrame:
    """Return for each grade how many leads model and person gave it, and how many closed.

    `both` is what `both_judged` returns. Columns: grade; n_leads, realised_rate, low and high by
    the model, and the same behind `person_` by the person.
    """
    every = pl.DataFrame({"grade": pl.Series(GRADES, dtype=pl.Enum(GRADES))})
    sides = []
    for column, prefix in (("grade", ""), ("judged_grade", "person_")):
        seen = (
            both.group_by(pl.col(column).alias("grade"))
            .agg(n_leads=pl.len().cast(pl.Int64), realised_rate=pl.col("is_hit").mean())
            .pipe(measures.with_interval, interval_share)
        )
        shown = every.join(seen, on="grade", how="left", maintain_order="left")
        sides.append(
            shown.with_columns(pl.col("n_leads").fill_null(0)).rename(
                {name: f"{prefix}{name}" for name in shown.columns if name != "grade"}
            )
        )
    return sides[0].join(sides[1], on="grade", how="left", maintain_order="left")


def pairs(both: pl.DataFrame, interval_share: float) -> pl.DataFrame:
    """Return how often each put the lead that was won above the one that was not.

    One row each of JUDGES: judge, n_leads, right_share, low, high; equal grades count half. No rows
    where too few leads were won, or too few were not.
    """
    hits = both["is_hit"].to_numpy()
    numbers = dict.fromkeys(("right_share", "low", "high"), pl.Float64)
    schema: dict[str, Any] = {"judge": pl.Enum(JUDGES), "n_leads": pl.Int64, **numbers}
    if min(hits.sum(), len(hits) - hits.sum()) < FEWEST_OUTCOMES:
        return pl.DataFrame(schema=schema)
    width = measures.normal_width(interval_share)
    rows = []
    for judge, column in zip(JUDGES, ("grade", "judged_grade"), strict=True):
        ranks = -both[column].to_physical().cast(pl.Float64).to_numpy()
        share, variance = measures.auc(ranks, hits) or (0.5, 0.0)
        half = width * variance**0.5
        rows.append((judge, len(hits), share, max(share - half, 0.0), min(share + half, 1.0)))
    return pl.DataFrame(rows, schema=schema, orient="row")
