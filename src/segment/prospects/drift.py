"""The level moves: how likely leads created lately are to be won, told by the wins seen so far.

Of leads created lately few have had time to be won. By the days that wins take, told apart from how
many come, it is known which share of them must have come by now; wins seen over that share are the
level (chain ladder and Cape Cod, Bühlmann and Straub 1983; reverse-time product limit, Lagakos,
Barraj and De Gruttola 1988). Lately is a half-life. Which one is not known beforehand: each is
believed by how well it foretold the periods of the rehearsal (Vovk 1990, Bayes with even odds).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from segment.prospects import measures
from segment.prospects.curve import Curve
from segment.prospects.design import Floats
from segment.prospects.timing import remembered

# Half-lives in shares of the history; the first never forgets.
HALF_LIVES = (None, 1 / 2, 1 / 4, 1 / 8, 1 / 16)
# A level from fewer wins has an error of a quarter of itself; the longer half-life stands then.
FEWEST_WINS = 20.0
# Ages at which the level is found, as shares of the history: close together lately.
KNOTS = (0.0, 1 / 32, 1 / 16, 1 / 8, 3 / 16, 1 / 4, 3 / 8, 1 / 2, 5 / 8, 3 / 4, 7 / 8, 1.0)
# So many groups of like scores tell the level as well as every score by itself.
MOST_GROUPS = 400
LEAST_SHARE = 1e-6


@dataclass(frozen=True, kw_only=True)
class Arrivals:
    """The wins seen so far, one row a lead: `hits` of 0 or 1, and the `exposure` to be one.

    `exposure` is the share of all wins within the horizon that come by the lead's age; 0 for leads
    that came into view later than on their first day. `ages` and `span`, the age of the oldest,
    are in days.
    """

    hits: Floats
    exposure: Floats
    ages: Floats

    @cached_property
    def span(self) -> float:
        """The age of the oldest lead in days, at least one."""
        return float(max(self.ages.max(initial=0.0), 1.0))

    @cached_property
    def now(self) -> list[Floats]:
        """How much each lead counts for the level of leads created now, by HALF_LIVES."""
        return self.around(0.0)

    def around(self, age: float) -> list[Floats]:
        """Return how much each lead counts for the level of leads of an age, by HALF_LIVES."""
        apart = np.abs(self.ages - age)
        lives = (None if one is None else one * self.span for one in HALF_LIVES)
        return [remembered(apart, one) for one in lives]


def arrive(followed: pl.DataFrame, horizon_days: float) -> Arrivals:
    """Return the wins within the horizon that were seen, and how many could have been.

    Days until a win are compared only among leads that were followed as long, so that a level that
    rises or falls does not pass for wins that come fast or slowly.
    """
    is_whole = (followed["entry_days"] == 0).to_numpy()
    waited, ages = (followed[name].to_numpy() for name in ("waited_days", "age_days"))
    is_hit = followed["is_won"].to_numpy() & (waited <= horizon_days) & is_whole
    limits = np.minimum(ages, horizon_days)
    days, counts = np.unique(waited[is_hit], return_counts=True)
    n_by_then = np.searchsorted(np.sort(waited[is_hit]), days, side="right")
    at_risk = n_by_then - np.searchsorted(np.sort(limits[is_hit]), days, side="left")
    # A day on which all that could have come came leaves half a win for the days before it.
    kept = np.maximum(1.0 - counts / at_risk, 0.5 / (at_risk + 0.5))
    share_by = np.append(np.cumprod(kept[::-1])[::-1], 1.0)
    place = np.searchsorted(days, limits, side="right")
    exposure = np.where(place > 0, share_by[place], 0.0) if len(days) else np.zeros(len(ages))
    return Arrivals(
        hits=is_hit.astype(np.float64), exposure=np.where(is_whole, exposure, 0.0), ages=ages
    )


def shifts(scores: Floats, seen: Arrivals, *, age: float = 0.0) -> tuple[Floats, Floats]:
    """Return the level of leads of an age for each of HALF_LIVES, and its standard error.

    The level is what is added to the log-odds `scores` so that as many wins are expected as were
    seen, leads counting the less the further their age lies from `age`. Where a half-life holds
    too few wins the one before it stands.
    """
    group, middle = _grouped(scores)
    found: list[tuple[float, float]] = []
    for counts in seen.now if age == 0.0 else seen.around(age):
        wins = counts * seen.hits
        n_wins = float(wins.sum())
        if found and n_wins**2 < FEWEST_WINS * float(counts @ wins):
            found.append(found[-1])
            continue
        could = counts * seen.exposure
        worth = np.bincount(group, could, len(middle)).astype(np.float64)
        # One lead of the level that never forgets is added, so that none or only wins are finite.
        usual = measures.chance(middle + (found[0][0] if found else 0.0))
        added = float(worth @ usual) / max(worth.sum(), LEAST_SHARE)
        share = (n_wins + added) / (float(worth.sum()) + 1.0)
        level = measures.level(
            middle, worth + LEAST_SHARE, min(max(share, LEAST_SHARE), 1.0 - LEAST_SHARE)
        )
        odds = measures.chance(middle + level)
        told, squared = (
            float(np.bincount(group, one, len(middle)) @ (odds * (1.0 - odds)))
            for one in (could, counts * could)
        )
        found.append((level, float(np.sqrt(squared)) / max(told, LEAST_SHARE)))
    levels, errors = (np.array(one) for one in zip(*found, strict=True))
    return levels, errors


def _grouped(scores: Floats) -> tuple[np.ndarray, Floats]:
    """Return for each lead its group of like scores, and the groups' mean scores."""
    if not scores.any():
        return np.zeros(len(scores), np.int64), np.zeros(1)
    if len(scores) <= MOST_GROUPS:
        return np.arange(len(scores)), scores
    group = np.empty(len(scores), np.int64)
    group[np.argsort(scores, kind="stable")] = np.arange(len(scores)) * MOST_GROUPS // len(scores)
    return group, np.bincount(group, scores) / np.bincount(group)


def believed(surprise: Floats) -> Floats:
    """Return how far each half-life is believed, by the summed log loss it had; 1 together."""
    worth = np.exp(-(surprise - surprise.min()))
    return np.asarray(worth / worth.sum())


def mixed(levels: Floats, errors: Floats, belief: Floats) -> tuple[float, float]:
    """Return the mean level by belief, and its standard error: theirs, and what parts them."""
    level = float(belief @ levels)
    return level, float(np.sqrt(belief @ (np.square(errors) + np.square(levels - level))))


def curve(scores: Floats, seen: Arrivals, belief: Floats, unrest: float) -> tuple[float, Curve]:
    """Return the level of leads created now, and how far it lay from that of older ones.

    `unrest` is the standard error by which the level moves on until a lead's fate is known.
    """
    ages = np.unique(np.round(np.array(KNOTS) * seen.span))
    found = [mixed(*shifts(scores, seen, age=float(age)), belief) for age in ages]
    now = found[0][0]
    return now, Curve(
        ages=tuple(float(age) for age in ages),
        shifts=tuple(level - now for level, _ in found),
        errors=tuple(float(np.hypot(error, unrest)) for _, error in found),
    )
