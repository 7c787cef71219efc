"""What chances are worth: ranking, calibration and gain, each with its uncertainty.

Leads are ranked within their own period only, so that a base rate that drifts does not pass for
skill. Sources: DeLong et al. 1988 (variance of the AUC), Cox 1958 (slope of calibration), Wilson
1927 (interval of a share), Brier 1950.
"""

import math
from statistics import NormalDist

import numpy as np
import polars as pl

from segment import uncertainty
from segment.prospects.design import Floats
from segment.prospects.rules import GRADES

# A period with one win or one miss gives no variance.
FEWEST_TO_RANK = 2
CALIBRATION_BINS = 10
# A chance of exactly 0 or 1 that fails would cost without end.
SUREST = 1e-9
NEWTON_STEPS = 100
# Holds the slope finite where scores part hits and misses wholly; no weight else.
NEARLY_FREE = 100.0
CLOSE_ENOUGH = 1e-10


def normal_width(interval_share: float) -> float:
    """Return how many standard errors an interval of that share reaches to each side."""
    return NormalDist().inv_cdf(0.5 + interval_share / 2.0)


def chance(scores: Floats) -> Floats:
    """Return log-odds as chances."""
    return np.asarray(1.0 / (1.0 + np.exp(-scores)))


def effective_number(weights: Floats) -> float:
    """Return how many leads of equal weight tell as much (Kish's effective sample size)."""
    return float(np.square(weights.sum()) / np.square(weights).sum())


def hit_share(labelled: pl.DataFrame) -> float:
    """Return the weighted share of hits among leads whose outcome is known."""
    weights = labelled["weight"].to_numpy()
    share = float(weights @ labelled["is_hit"].cast(pl.Float64).to_numpy() / weights.sum())
    return min(share, 1.0)  # a sum of weights may round to a hair above itself


def level(scores: Floats, weights: Floats, share: float) -> float:
    """Return the shift of the log-odds that makes the mean chance equal `share`."""
    shift = 0.0
    for _ in range(NEWTON_STEPS):
        chances = chance(scores + shift)
        slope = float(weights @ (chances * (1.0 - chances)) / weights.sum())
        gap = share - float(weights @ chances / weights.sum())
        # A step is held to one unit, so that the flat ends of the curve cannot throw it far off.
        step = math.copysign(min(abs(gap) / max(slope, CLOSE_ENOUGH), 1.0), gap)
        shift += step
        if abs(step) < CLOSE_ENOUGH:
            break
    return shift


def wilson(share: float, n_leads: float, interval_share: float) -> tuple[float, float]:
    """Return the interval of a share that was seen on `n_leads`, which is more than none."""
    table = pl.DataFrame({"share": [share], "n": [n_leads]})
    low, high = table.select(*uncertainty.wilson(pl.col("share"), pl.col("n"), interval_share)).row(
        0
    )
    return low, high


def with_interval(rates: pl.DataFrame, interval_share: float) -> pl.DataFrame:
    """Add low and high, the interval of each `realised_rate` that was seen on `n_leads`."""
    return rates.with_columns(
        *uncertainty.wilson(pl.col("realised_rate"), pl.col("n_leads"), interval_share)
    )


def auc(scores: Floats, hits: Floats) -> tuple[float, float] | None:
    """Return the AUC and its variance (DeLong); None with fewer than two hits or two misses."""
    is_hit = hits > 0
    n_hits, n_misses = int(is_hit.sum()), int((~is_hit).sum())
    if min(n_hits, n_misses) < FEWEST_TO_RANK:
        return None
    among_all = _ranks(scores)
    beaten = (among_all[is_hit] - _ranks(scores[is_hit])) / n_misses
    beating = 1.0 - (among_all[~is_hit] - _ranks(scores[~is_hit])) / n_hits
    variance = beaten.var(ddof=1) / n_hits + beating.var(ddof=1) / n_misses
    return float(beaten.mean()), float(variance)


def _ranks(values: Floats) -> Floats:
    return pl.Series(values, dtype=pl.Float64).rank().to_numpy()


def auc_within(judged: pl.DataFrame, interval_share: float) -> tuple[float, float, float] | None:
    """Return the AUC within periods and its interval; periods count by their pairs of leads.

    `judged` has `period`, `score` and `is_hit`. None where no period can be ranked.
    """
    found = []
    for _, period in judged.group_by("period", maintain_order=True):
        hits = period["is_hit"].to_numpy()
        ranked = auc(period["score"].to_numpy(), hits)
        if ranked:
            found.append((*ranked, hits.sum() * (len(hits) - hits.sum())))
    if not found:
        return None
    areas, variances, pairs = (np.array(one, dtype=np.float64) for one in zip(*found, strict=True))
    worth = pairs / pairs.sum()
    area, width = float(worth @ areas), normal_width(interval_share)
    half = width * math.sqrt(float(np.square(worth) @ variances))
    return area, max(area - half, 0.0), min(area + half, 1.0)


def slope(scores: Floats, hits: Floats) -> tuple[float, float]:
    """Return by what the spread of the scores is to be multiplied, and its standard error.

    Below one the model had been too sure of itself. The error is that of scores which spread as
    they should: by the slope found, low ones would seem better known than high ones.
    """
    found, _ = sigmoid(scores, hits)
    chances = chance(scores + level(scores, np.ones_like(scores), float(hits.mean())))
    worth = chances * (1.0 - chances)
    told = float(worth @ np.square(scores - worth @ scores / worth.sum()))
    return found, 1.0 / math.sqrt(told) if told > 0 else math.inf


def sigmoid(scores: Floats, hits: Floats, counts: Floats | None = None) -> tuple[float, float]:
    """Return by what scores are multiplied, and what is then added, to be the hits' log-odds."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 (slow; for fits only)

    fitted = LogisticRegression(C=NEARLY_FREE).fit(scores[:, None], hits, sample_weight=counts)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def log_loss(hits: Floats, chances: Floats) -> float:
    """Return the mean surprise at the outcomes, in nats; lower is better."""
    held = np.clip(chances, SUREST, 1.0 - SUREST)
    return float(-np.mean(hits * np.log(held) + (1.0 - hits) * np.log(1.0 - held)))


def brier_skill(judged: pl.DataFrame) -> float:
    """Return the share of the squared error that the chances save over the base rate alone."""
    errors = judged.select(
        model=(pl.col("chance") - pl.col("is_hit")).pow(2).mean(),
        plain=(pl.col("base_rate") - pl.col("is_hit")).pow(2).mean(),
    )
    plain = float(errors["plain"][0])
    return 1.0 - float(errors["model"][0]) / plain if plain else 0.0


def calibration_error(judged: pl.DataFrame) -> float:
    """Return how far chances lie from what happened, on average over tenths of the leads."""
    place = (pl.col("chance").rank("ordinal") - 1) * CALIBRATION_BINS // pl.len()
    by_bin = judged.group_by(place.alias("bin"), maintain_order=True).agg(
        gap=(pl.col("chance").mean() - pl.col("is_hit").mean()).abs(), n=pl.len()
    )
    return float(by_bin.select((pl.col("gap") * pl.col("n")).sum() / pl.col("n").sum()).item())


def graded(chances: pl.Expr, floors: tuple[float, ...]) -> pl.Expr:
    """Return the grade of a chance; one exactly on a floor earns the better grade."""
    grade = pl.lit(GRADES[-1])
    for floor, name in reversed(list(zip(floors, GRADES, strict=False))):
        grade = pl.when(chances >= floor).then(pl.lit(name)).otherwise(grade)
    return pl.when(chances.is_not_null()).then(grade).cast(pl.Enum(GRADES))


def by_grade(
    judged: pl.DataFrame, floors: tuple[float, ...], interval_share: float
) -> pl.DataFrame:
    """Return for each grade how many leads had it, what was said and what happened to them.

    `low` and `high` are the interval of `realised_rate`; a grade nobody had holds nulls.
    """
    seen = (
        judged.group_by(graded(pl.col("chance"), floors).alias("grade"))
        .agg(
            n_leads=pl.len().cast(pl.Int64),
            predicted_rate=pl.col("chance").mean(),
            realised_rate=pl.col("is_hit").mean(),
        )
        .with_columns(
            *uncertainty.wilson(pl.col("realised_rate"), pl.col("n_leads"), interval_share)
        )
    )
    every = pl.DataFrame({"grade": pl.Series(GRADES, dtype=pl.Enum(GRADES))})
    table = every.join(seen, on="grade", how="left", maintain_order="left")
    return table.with_columns(pl.col("n_leads").fill_null(0))


def by_period(judged: pl.DataFrame) -> pl.DataFrame:
    """Return for each period of the rehearsal its leads, what was said and what happened."""
    return judged.group_by(pl.col("period").alias("after"), maintain_order=True).agg(
        n_leads=pl.len().cast(pl.Int64),
        base_rate=pl.col("base_rate").first(),
        predicted_rate=pl.col("chance").mean(),
        realised_rate=pl.col("is_hit").mean(),
    )
