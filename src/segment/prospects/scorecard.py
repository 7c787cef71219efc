"""The score: log-odds that add up feature by feature, so that each part can be told as a reason.

Whatever learnt the weights of the design, the score of a lead is the log-odds of the base rate plus
one part a feature, exactly.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from segment.prospects import measures
from segment.prospects.design import Design, Floats, Scale, lay_out

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Far more steps than the fit has ever needed; it stops by itself.
MOST_STEPS = 2_000
# How freely the weights may move, from freely to hardly (scikit-learn's C). No one of them is the
# best everywhere, and to choose one costs more where times change than it gains.
FREEDOMS = (1.0, 0.1, 0.02)
MIDDLE_FREEDOM = 0.1
# Where no field parts the chances, all have the same share of nothing.
LEAST_SPREAD = 1e-12
# Directions in which weights err together; the rest err each for itself.
MOST_FACTORS = 100
# The error of a score is found for so many leads at a time, so that memory stays flat.
BLOCK = 20_000


@dataclass(frozen=True, kw_only=True)
class Scorecard:
    """A fitted score: what each column of the design weighs, and how sure that is.

    `base` is the log-odds of the base rate, `centre` what each feature's part is counted from. The
    variance of a score is the sum of squares of its design's columns by those of `spread`, less
    `middle`, and of its squared columns by `rest`; that of the base is not in it.
    """

    scales: tuple[Scale, ...]
    weights: Floats
    centre: Floats
    base: float
    spread: Floats
    middle: Floats
    rest: Floats


def matrix(design: Design) -> "csr_matrix":
    """Return the design as a sparse matrix."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 (slow to import)

    n_rows, n_places = design.places.shape
    bounds = np.arange(0, n_rows * n_places + 1, n_places)
    return csr_matrix(
        (design.shares.ravel(), design.places.ravel(), bounds), shape=(n_rows, design.width)
    )


def regress(
    rows: "csr_matrix", hits: Floats, weights: Floats, start: tuple[Floats, float] | None = None
) -> tuple[Floats, float]:
    """Return the weights and the intercept of logistic regressions, the mean over FREEDOMS.

    A mean of scores is a score. `start`, from an earlier fit to leads alike, saves time.
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 (slow; for fits only)

    fitted = LogisticRegression(max_iter=MOST_STEPS, warm_start=True)
    if start is not None:
        fitted.coef_, fitted.intercept_ = start[0][None, :].copy(), np.array([start[1]])
    found = np.zeros((len(FREEDOMS), rows.shape[1] + 1))
    for place, freedom in enumerate(FREEDOMS):
        fitted.set_params(C=freedom).fit(rows, hits, sample_weight=weights)
        found[place] = np.append(fitted.coef_[0], fitted.intercept_[0])
    mean = found.mean(axis=0)
    return mean[:-1], float(mean[-1])


def parts(design: Design, weights: Floats) -> Floats:
    """Return what each feature adds to the score of each lead, one column a feature."""
    return np.add.reduceat(design.shares * weights[design.places], design.starts, axis=1)


def fit(
    rows: "csr_matrix",
    scales: tuple[Scale, ...],
    learnt: tuple[Floats, float],
    known: tuple[Floats, Floats],
    *,
    slope: tuple[float, float],
    level: float,
    base_rate: float,
) -> Scorecard:
    """Make the score from the weights and the intercept that were `learnt` of some leads.

    `known` are those leads' hits and how much they count. Weights and intercept are multiplied by
    `slope`, which has a standard error; `level` is what is then added. Parts count from the base
    rate: each field's from its mean, moved by its share of what parts the mean log-odds from those
    of the base rate (a field that spreads the chances parts them the more).
    """
    raw, intercept = learnt
    chances = measures.chance(rows @ raw + intercept)
    raw, intercept = raw * slope[0], intercept * slope[0]
    hits, counts = known
    mean_row = np.asarray(counts @ rows).ravel() / counts.sum()
    bounds = np.cumsum([0, *(one.width for one in scales)])[:-1]
    means = np.add.reduceat(mean_row * raw, bounds)
    squares = np.add.reduceat(mean_row * np.square(raw), bounds)
    spreads = np.maximum(squares - np.square(means), 0.0) + LEAST_SPREAD
    base = float(np.log(base_rate / (1.0 - base_rate)))
    gap = base - intercept - level - float(means.sum())
    spread, rest = _factors(slope[0] ** 2 * covariance(rows, hits, counts, chances))
    turned = (slope[1] / slope[0] * raw).astype(np.float32)
    spread = np.column_stack([spread, turned])
    return Scorecard(
        scales=scales,
        weights=raw,
        centre=means + gap * spreads / spreads.sum(),
        base=base,
        spread=spread,
        middle=mean_row @ spread,
        rest=rest,
    )


def _factors(covariance: Floats) -> tuple[Floats, Floats]:
    """Return the few columns whose squares hold nearly all of a covariance, and the variances left.

    Errors of a million leads are then found in seconds; nothing is lost where columns are few.
    """
    sizes, turns = np.linalg.eigh(covariance)
    columns = turns[:, ::-1][:, :MOST_FACTORS] * np.sqrt(np.maximum(sizes[::-1][:MOST_FACTORS], 0))
    left = np.diag(covariance) - np.square(columns).sum(axis=1)
    return columns.astype(np.float32), np.maximum(left, 0.0)


def covariance(rows: "csr_matrix", hits: Floats, weights: Floats, chances: Floats) -> Floats:
    """Return the covariance of the regression's weights, whatever its intercept.

    Leads count by unequal weights, so it is that of the weighted sums of their errors (sandwich
    estimator, White 1980), shrunk as the regression is.
    """
    from scipy.sparse import csr_matrix, hstack  # noqa: PLC0415 (slow to import)

    all_rows = hstack([rows, csr_matrix(np.ones((rows.shape[0], 1)))], format="csr")
    bent = all_rows.multiply((weights * chances * (1.0 - chances))[:, None]).T @ all_rows
    shrunk = np.append(np.full(rows.shape[1], 1.0 / MIDDLE_FREEDOM), 0.0)
    inverse = np.linalg.inv(np.asarray(bent.todense()) + np.diag(shrunk))
    errors = all_rows.multiply(np.square(weights * (hits - chances))[:, None]).T @ all_rows
    return np.asarray(inverse @ np.asarray(errors.todense()) @ inverse)[:-1, :-1]


def score(values: pl.DataFrame, card: Scorecard) -> tuple[Floats, Floats]:
    """Return the part of each feature in each lead's score, and the score's standard error.

    The parts count from the base rate: base and parts add up to the score.
    """
    scored, errors = [], []
    for block in values.iter_slices(BLOCK):
        design = lay_out(block, card.scales)
        scored.append(parts(design, card.weights) - card.centre)
        rows = matrix(design)
        apart = rows.astype(np.float32) @ card.spread - card.middle
        errors.append(np.sqrt(np.square(apart).sum(axis=1) + rows.power(2) @ card.rest))
    if not scored:
        return np.empty((0, len(card.scales))), np.empty(0)
    return np.concatenate(scored), np.concatenate(errors)
