"""A lead that has waited is not a new one: how the chance moves with the days it has been open.

For leads still open at some age, the model's log-odds are moved until the mean chance of a win
within the horizon from then on agrees with what became of the leads that were open at that age.
Source: van Houwelingen, *Dynamic prediction by landmarking*, Scand. J. Statistics 2007.
"""

import math

import polars as pl

from segment.prospects import measures, timing
from segment.prospects.curve import Curve
from segment.prospects.design import Floats

# Ages at which open leads are looked at, in horizons; dense early, where most closings fall.
LANDMARKS = (0.0, 0.04, 0.08, 0.125, 0.25, 0.375, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
# A landmark's level has a standard error of some .06 at fifty leads; fewer say nothing.
FEWEST_LEADS = 50
# What less than a quarter of the horizon shows is no ground for the rest of it.
LEAST_SEEN_SHARE = 0.25
# Ages that no win was seen at are no less sure than a quarter of a win would make them.
LEAST_TOLD = 0.25
# What the first age starts from where it has no hits or nothing else: as likely as not.
EVEN = 0.5


class Waiting(Curve):
    """How the log-odds move with the days waited; no ages at all: nothing is known about it."""


def wait(followed: pl.DataFrame, scores: Floats, horizon_days: int) -> Waiting:
    """Find how far the log-odds of leads still open at some age lie from those of new ones.

    Where leads of an age were not followed for a whole horizon, the part that was seen is scaled
    as it grew for the oldest age that was. Ages with too few leads are left to the one before.
    """
    scored = followed.with_columns(score=pl.Series(scores))
    whole: tuple[pl.DataFrame, float] | None = None
    points: list[tuple[float, float, float]] = []
    share = EVEN
    for age in sorted({float(round(part * horizon_days)) for part in LANDMARKS}):
        at_age = scored.filter(_is_open_at(age))
        days = min(_days_seen(at_age, age), float(horizon_days))
        if days < LEAST_SEEN_SHARE * horizon_days:
            break
        if days == horizon_days:
            whole = (at_age, age)
        known = _known(at_age, age, days)
        n_leads = measures.effective_number(known["weight"].to_numpy())
        seen = measures.hit_share(known) * _growth(whole, days, horizon_days)
        # One lead of the age before is added, so that none or only hits give a finite shift.
        share = (min(seen, 1.0) * n_leads + share) / (n_leads + 1.0)
        shift = measures.level(known["score"].to_numpy(), known["weight"].to_numpy(), share)
        told = max(n_leads * share * (1.0 - share), LEAST_TOLD)
        points.append((age, shift, 1.0 / math.sqrt(told)))
    ages, shifts, errors = zip(*points, strict=True) if points else ((), (), ())
    return Waiting(ages=ages, shifts=shifts, errors=errors)


def _is_open_at(age: float) -> pl.Expr:
    waited = pl.col("waited_days")
    is_open = (waited > age) | (~pl.col("is_closed") & (waited == age))
    return is_open & (pl.col("entry_days") <= age)


def _days_seen(at_age: pl.DataFrame, age: float) -> float:
    """Return for how many days enough leads were followed beyond `age`."""
    left = (at_age["age_days"] - age).sort(descending=True)
    return float(left[FEWEST_LEADS - 1]) if len(left) >= FEWEST_LEADS else 0.0


def _known(at_age: pl.DataFrame, age: float, days: float) -> pl.DataFrame:
    return timing.label(at_age, days, from_age=age).filter(pl.col("is_hit").is_not_null())


def _growth(whole: tuple[pl.DataFrame, float] | None, days: float, horizon_days: int) -> float:
    """Return how much the share of hits grew from `days` to the horizon where all was seen."""
    if whole is None or days == horizon_days:
        return 1.0
    part = measures.hit_share(_known(*whole, days))
    return measures.hit_share(_known(*whole, horizon_days)) / part if part else 1.0
