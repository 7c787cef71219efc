"""How good the chances are, told by leads that the model had not seen: later ones.

The history is rehearsed: at several days in its second half the model is fitted to what was
known on that day and asked about the leads that came next, whose level is
told by what the periods before had shown: nothing is known before it was.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from segment.prospects import drift, learning, measures, timing
from segment.prospects.design import Floats
from segment.prospects.drift import Arrivals
from segment.prospects.learning import Layout, Way

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The share of the judged leads after which the first model is fitted; what comes before is to
# learn from.
FIRST_CUT = 0.5
# Fitted anew so many times, as it is from report to report.
FEWEST_PERIODS, MOST_PERIODS = 5, 20
LEAST_OF_PERIOD = 200
# The more leads, the less often: so many leads in all are learnt from, so that time stays bounded.
MOST_LEARNT = 1_000_000
# So many leads known on a day tell ways of learning apart.
MOST_TO_CHOOSE = 30_000
# The horizon of the rehearsal takes at most this share of the history, so that there is time to
# learn before it and time to see after it.
REHEARSED_SHARE = 0.25
# Fewer hits or misses than this give no weights worth asking.
FEWEST_OUTCOMES = 10

# A stretched score spreads as the outcomes do while times do not change: before anything is seen
# its slope is taken for 1, give or take a fifth, and never believed to be further off than by half.
SLOPE_ERROR = 0.2
# Up to so many hits; with more the stretch is the better known.
FEW_HITS = 500
LEAST_SLOPE, MOST_SLOPE = 0.5, 1.5
# Fewer hits or misses tell next to nothing of the slope.
FEWEST_FOR_SLOPE = 5

JUDGED = pl.Schema(
    {
        "prospect_id": pl.String,
        "created_on": pl.Date,
        "period": pl.Date,
        "is_hit": pl.Float64,
        "base_rate": pl.Float64,
        "score": pl.Float64,
        "chance": pl.Float64,
    }
)


@dataclass(frozen=True, kw_only=True)
class Period:
    """A day on which the model is fitted, and the leads that came next.

    `then` is what was known on that `day` of the leads in the rows `at`, `seen` the wins among
    them. `asked` has one row a lead that came next: prospect_id, created_on, is_hit, place.
    """

    day: dt.date
    at: "NDArray[np.int64]"
    then: pl.DataFrame
    seen: Arrivals
    asked: pl.DataFrame
    days: int


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the rehearsal of one way has shown.

    `judged` has a row a lead: `period`, `is_hit`, the `base_rate` that would have been said without
    a model, the log-odds `score`, and the `chance`, for which the scores are multiplied by what the
    periods before had shown; in the end by `slope`, with its standard error. `belief` is how far
    each of `drift.HALF_LIVES` is believed, `base_belief` without a model. `unrest` is the standard
    error by which the level moves within a period.
    """

    judged: pl.DataFrame
    slope: float
    slope_error: float
    belief: Floats
    base_belief: Floats
    unrest: float


def rehearsal_days(prospects: pl.DataFrame, as_of: dt.date, horizon_days: int) -> int:
    """Return the horizon of the rehearsal: the model's own, or a share of a short history."""
    first_on: dt.date = prospects["created_on"].min()  # type: ignore[assignment]
    return max(min(horizon_days, int(REHEARSED_SHARE * (as_of - first_on).days)), 1)


def periods(
    prospects: pl.DataFrame,
    as_of: dt.date,
    days: int,
    start: dt.date | None = None,
    *,
    most: int = MOST_PERIODS,
) -> tuple[Period, ...]:
    """Return at most so many periods of the rehearsal over `days`; none for too short a history.

    Periods before which too few leads were won or not won are left out.
    """
    labelled = timing.label(timing.follow(prospects, as_of, start), days)
    judged = labelled.select(
        prospects["prospect_id"], "created_on", "is_hit", place=pl.int_range(pl.len())
    ).filter(
        pl.col("created_on") <= as_of - dt.timedelta(days=days), pl.col("is_hit").is_not_null()
    )
    ordered = judged["created_on"].sort()
    often = min(len(ordered) // 2 // LEAST_OF_PERIOD, MOST_LEARNT // max(len(prospects), 1))
    n = min(max(often, FEWEST_PERIODS), most)
    shares = np.linspace(FIRST_CUT, 1.0, n + 1).tolist()
    cuts = sorted({ordered[int(share * (len(ordered) - 1))] for share in shares if len(ordered)})
    found = [_period(prospects, judged, span, days, start) for span in pairwise(cuts)]
    return tuple(one for one in found if one is not None)


def _period(
    prospects: pl.DataFrame,
    judged: pl.DataFrame,
    span: tuple[dt.date, dt.date],
    days: int,
    start: dt.date | None,
) -> Period | None:
    day, until = span
    is_there = (prospects["created_on"] <= day).to_numpy()
    then = timing.follow(prospects.filter(is_there), day, start)
    hits = timing.label(then, days)["is_hit"].drop_nulls()
    if min(hits.sum(), len(hits) - hits.sum()) < FEWEST_OUTCOMES:
        return None
    asked = judged.filter(pl.col("created_on").is_between(day, until, closed="right"))
    return Period(
        day=day, at=np.flatnonzero(is_there), then=then, seen=drift.arrive(then, days),
        asked=asked, days=days,
    )  # fmt: skip


def thinned(one: Period) -> Period:
    """Return a period with every so manieth lead only, where there are very many."""
    step = -(-len(one.at) // MOST_TO_CHOOSE)
    if step <= 1:
        return one
    then = one.then.gather_every(step)
    return replace(
        one, at=one.at[::step], then=then, seen=drift.arrive(then, one.days),
        asked=one.asked.gather_every(step),
    )  # fmt: skip


Scored = list[tuple[Period, Floats, Floats]]


def rehearse(way: Way, layout: Layout, asked: Iterable[Period]) -> Scored:
    """Return for each period the log-odds of the leads known then and of those that came next.

    Each time the weights are fitted to what was known on the period's day, and stretched.
    """
    scored: Scored = []
    learnt = None
    for one in asked:
        memory = None if way.memory is None else way.memory * one.seen.span
        known = timing.label(one.then, one.days, memory_days=memory)
        is_known = known["is_hit"].is_not_null().to_numpy()
        hits = known["is_hit"].drop_nulls().cast(pl.Float64).to_numpy()
        counts = known["weight"].to_numpy()[is_known]
        learnt = learning.learn(way, layout, one.at[is_known], (hits, counts), learnt)
        weights, base = learnt
        stretch = learning.stretch(way, layout, one.at[is_known], learnt, (hits, counts))
        then, later = layout.rows[one.at], layout.rows[one.asked["place"].to_numpy()]
        scored.append((one, stretch * (then @ weights + base), stretch * (later @ weights + base)))
    return scored


def judge(scored: Scored) -> Verdict:
    """Return what was said of the leads of each period beside what came, by what was known then."""
    surprise, by_slope = np.zeros((2, len(drift.HALF_LIVES))), np.zeros(2)
    moved: list[float] = []
    slopes: list[tuple[float, float]] = []
    told = [JUDGED.to_frame()]
    for period, then, later in scored:
        hits = period.asked["is_hit"].cast(pl.Float64).to_numpy()
        belief, base_belief = (drift.believed(one) for one in surprise)
        n_hits = float(period.seen.hits.sum())
        steep, _ = spread(slopes, n_hits)
        slope, _ = drift.mixed(np.array([1.0, steep]), np.zeros(2), drift.believed(by_slope))
        levels, errors = drift.shifts(slope * then, period.seen)
        plain, _ = drift.shifts(np.zeros_like(then), period.seen)
        level, error = drift.mixed(levels, errors, belief)
        said = slope * later + level
        told.append(
            period.asked.select(
                "prospect_id",
                "created_on",
                period=pl.lit(period.day),
                is_hit=pl.Series(hits),
                base_rate=pl.lit(float(measures.chance(base_belief @ plain))),
                score=pl.Series(later + level),
                chance=pl.Series(measures.chance(said)),
            )
        )
        moved.append(_moved(said, hits, error))
        if min(hits.sum(), len(hits) - hits.sum()) >= FEWEST_FOR_SLOPE:
            slopes.append(measures.slope(later, hits))
        for place, one in enumerate((1.0, steep)):
            middle = float(belief @ drift.shifts(one * then, period.seen)[0])
            by_slope[place] += _surprise(hits, one * later + middle)
        surprise += [
            [_surprise(hits, slope * later + one) for one in levels],
            [_surprise(hits, np.full_like(later, one)) for one in plain],
        ]
    n_hits = float(scored[-1][0].seen.hits.sum()) if scored else 0.0
    steep, error = spread(slopes, n_hits)
    slope, slope_error = drift.mixed(
        np.array([1.0, steep]), np.array([0.0, error]), drift.believed(by_slope)
    )
    belief, base_belief = (drift.believed(one) for one in surprise)
    return Verdict(
        judged=pl.concat(told), slope=slope, slope_error=slope_error, belief=belief,
        base_belief=base_belief, unrest=max(float(np.mean(moved or [0.0])), 0.0) ** 0.5,
    )  # fmt: skip


def spread(slopes: list[tuple[float, float]], n_hits: float = 0.0) -> tuple[float, float]:
    """Return by what scores are multiplied, and its standard error, from each period's slope.

    `n_hits` were known when the weights were learnt. Periods that disagree by more than chance
    count for less, and few for little (random effects, DerSimonian and Laird 1986, with a prior of
    1). The slope is believed beside one of 1 by how well both foretold.
    """
    prior = (SLOPE_ERROR * min(1.0, FEW_HITS / max(n_hits, 1.0))) ** -2
    told = [one for one in slopes if np.isfinite(one[1])]  # a score that parts nobody has no slope
    found, errors = np.array(told).reshape(-1, 2).T
    known = 1.0 / np.square(errors)
    apart = 0.0
    if len(found) > 1:
        mean = known @ found / known.sum()
        excess = float(known @ np.square(found - mean)) - (len(found) - 1)
        apart = max(excess / float(known.sum() - known @ known / known.sum()), 0.0)
    counts = 1.0 / (np.square(errors) + apart)
    whole = float(counts.sum()) + prior
    slope = (float(counts @ found) + prior) / whole
    return min(max(slope, LEAST_SLOPE), MOST_SLOPE), whole**-0.5


def _surprise(hits: Floats, log_odds: Floats) -> float:
    """Return the summed log loss of the leads of a period."""
    return len(hits) * measures.log_loss(hits, measures.chance(log_odds)) if len(hits) else 0.0


def _moved(log_odds: Floats, hits: Floats, error: float) -> float:
    """Return the squared shift that a period asked for, less what chance would have it.

    A step of Newton's is enough; a period without hits asks for no endless shift then.
    """
    chances = measures.chance(log_odds)
    told = max(float(np.sum(chances * (1.0 - chances))), measures.SUREST)
    return float(np.sum(hits - chances) / told) ** 2 - 1.0 / told - error**2
