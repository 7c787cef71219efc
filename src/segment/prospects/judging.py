"""How good the chances are, told by leads that the model had not seen: later ones.

The history is rehearsed: at several days in its second half the model is fitted to what was
known on that day and asked about the leads that came next.
"""

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from segment.prospects import measures, scorecard, timing

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# How freely the weights may move, from freely to hardly (scikit-learn's C).
FREEDOMS = (1.0, 0.1, 0.02)
# Shares of the judged leads after which the model is fitted anew.
CUTS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
# The horizon of the rehearsal takes at most this share of the history, so that there is time to
# learn before it and time to see after it.
REHEARSED_SHARE = 0.25
# Fewer hits or misses than this give no weights worth asking.
FEWEST_OUTCOMES = 10
# A shrunk regression is nearly calibrated; a slope further off tells of one odd period.
LEAST_SLOPE, MOST_SLOPE = 0.5, 1.5

JUDGED = pl.Schema(
    {
        "prospect_id": pl.String,
        "created_on": pl.Date,
        "period": pl.Date,
        "is_hit": pl.Float64,
        "base_rate": pl.Float64,
    }
    | {f"score_{place}": pl.Float64 for place in range(len(FREEDOMS))}
)


def rehearsal_days(prospects: pl.DataFrame, as_of: dt.date, horizon_days: int) -> int:
    """Return the horizon of the rehearsal: the model's own, or a share of a short history."""
    first_on: dt.date = prospects["created_on"].min()  # type: ignore[assignment]
    return max(min(horizon_days, int(REHEARSED_SHARE * (as_of - first_on).days)), 1)


def rehearse(
    prospects: pl.DataFrame, rows: "csr_matrix", as_of: dt.date, days: int
) -> pl.DataFrame:
    """Return one row a lead that was judged: `period`, `is_hit`, and what was said before.

    `score_0`, `score_1`, … are log-odds by FREEDOMS; `base_rate` is what would have been said
    without a model. No rows where the history is too short or holds too few outcomes.
    """
    labelled = timing.label(timing.follow(prospects, as_of), days)
    known = labelled.select(
        prospects["prospect_id"], "created_on", "is_hit", place=pl.int_range(pl.len())
    )
    judged = known.filter(pl.col("created_on") <= as_of - dt.timedelta(days=days))
    ordered = judged["created_on"].sort()
    cuts = sorted({ordered[int(share * (len(ordered) - 1))] for share in CUTS if len(ordered)})
    periods = [_ask(prospects, rows, judged, span, days) for span in pairwise(cuts)]
    return pl.concat([JUDGED.to_frame(), *periods])


def _ask(
    prospects: pl.DataFrame,
    rows: "csr_matrix",
    judged: pl.DataFrame,
    span: tuple[dt.date, dt.date],
    days: int,
) -> pl.DataFrame:
    """Fit to what was known at the end of the first day, ask about leads created until the last."""
    cut, until = span
    is_there = (prospects["created_on"] <= cut).to_numpy()
    then = timing.label(timing.follow(prospects.filter(is_there), cut), days)
    is_known = then["is_hit"].is_not_null().to_numpy()
    hits = then["is_hit"].drop_nulls().cast(pl.Float64).to_numpy()
    if min(hits.sum(), len(hits) - hits.sum()) < FEWEST_OUTCOMES:
        return JUDGED.to_frame()
    weights = then["weight"].to_numpy()[is_known]
    seen = rows[np.flatnonzero(is_there)[is_known]]
    asked = judged.filter(pl.col("created_on").is_between(cut, until, closed="right"))
    later = rows[asked["place"].to_numpy()]
    scores = []
    for place, freedom in enumerate(FREEDOMS):
        slopes, base = scorecard.regress(seen, hits, weights, freedom)
        scores.append(pl.Series(f"score_{place}", later @ slopes + base))
    base_rate = float(weights @ hits / weights.sum())
    told = asked.with_columns(*scores, period=pl.lit(cut), base_rate=pl.lit(base_rate))
    return told.with_columns(pl.col("is_hit").cast(pl.Float64)).select(JUDGED.names())


def freest(rehearsed: pl.DataFrame) -> int:
    """Return the place in FREEDOMS whose chances were the least surprised by the outcomes."""
    hits = rehearsed["is_hit"].to_numpy()
    losses = [
        measures.log_loss(hits, measures.chance(rehearsed[f"score_{place}"].to_numpy()))
        for place in range(len(FREEDOMS))
    ]
    return int(np.argmin(losses))


def held(slope: float) -> float:
    """Return a slope within the bounds in which one is believed."""
    return min(max(slope, LEAST_SLOPE), MOST_SLOPE)


def calibrated(rehearsed: pl.DataFrame) -> pl.DataFrame:
    """Add `chance` by `score`, its spread held by what the periods before had shown."""
    slope, done = 1.0, JUDGED.to_frame()
    periods: list[pl.DataFrame] = []
    for _, period in rehearsed.group_by("period", maintain_order=True):
        middle = (pl.col("base_rate") / (1.0 - pl.col("base_rate"))).log()
        log_odds = middle + slope * (pl.col("score") - middle)
        periods.append(period.with_columns(chance=1.0 / (1.0 + (-log_odds).exp())))
        done = pl.concat(periods)
        n_hits = done["is_hit"].sum()
        if min(n_hits, len(done) - n_hits) >= FEWEST_OUTCOMES:
            slope, _ = measures.slope(done["score"].to_numpy(), done["is_hit"].to_numpy())
            slope = held(slope)
    return done
