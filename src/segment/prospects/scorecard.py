"""The score: log-odds that add up feature by feature, so that each part can be told as a reason.

A regularised logistic regression weighs the design. The score of a lead is the mean score of the
leads it was fitted to plus one part a feature, exactly.
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
# The error of a score is found for so many leads at a time, so that memory stays flat.
BLOCK = 20_000


@dataclass(frozen=True, kw_only=True)
class Scorecard:
    """A fitted score: what each column of the design weighs, and how sure that is.

    `centre` is each feature's mean part, which `base` holds. `covariance` is that of the weights
    and, last, of the base.
    """

    scales: tuple[Scale, ...]
    weights: Floats
    centre: Floats
    base: float
    covariance: Floats

    @property
    def intercept(self) -> float:
        """The score of a lead of which no column of the design is set."""
        return self.base - float(self.centre.sum())


def matrix(design: Design) -> "csr_matrix":
    """Return the design as a sparse matrix."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 (slow to import)

    n_rows, n_places = design.places.shape
    bounds = np.arange(0, n_rows * n_places + 1, n_places)
    return csr_matrix(
        (design.shares.ravel(), design.places.ravel(), bounds), shape=(n_rows, design.width)
    )


def regress(
    rows: "csr_matrix", hits: Floats, weights: Floats, freedom: float
) -> tuple[Floats, float]:
    """Return the weights and the intercept of a logistic regression; small `freedom` shrinks."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 (slow; for fits only)

    fitted = LogisticRegression(C=freedom, max_iter=MOST_STEPS).fit(
        rows, hits, sample_weight=weights
    )
    return fitted.coef_[0], float(fitted.intercept_[0])


def parts(design: Design, weights: Floats) -> Floats:
    """Return what each feature adds to the score of each lead, one column a feature."""
    return np.add.reduceat(design.shares * weights[design.places], design.starts, axis=1)


def fit(
    rows: "csr_matrix",
    scales: tuple[Scale, ...],
    hits: Floats,
    weights: Floats,
    *,
    freedom: float,
    slope: tuple[float, float],
) -> Scorecard:
    """Fit the score to leads whose outcome is known.

    `slope` is what the weights are multiplied by, with its standard error; the level then is
    set so that the mean chance is the share of hits.
    """
    raw, intercept = regress(rows, hits, weights, freedom)
    plain = rows @ raw
    factor, error = slope
    share = float(weights @ hits / weights.sum())
    level = measures.level(factor * plain, weights, share)
    mean_row = np.asarray(weights @ rows).ravel() / weights.sum()
    spread = covariance(rows, hits, weights, measures.chance(plain + intercept), freedom)
    held = np.append(np.full(len(raw), factor), 1.0)
    turned = np.append(raw, -float(mean_row @ raw))
    bounds = np.cumsum([0, *(one.width for one in scales)])[:-1]
    centre = np.add.reduceat(mean_row * raw * factor, bounds)
    return Scorecard(
        scales=scales,
        weights=raw * factor,
        centre=centre,
        base=level + float(centre.sum()),
        covariance=spread * np.outer(held, held) + error**2 * np.outer(turned, turned),
    )


def covariance(
    rows: "csr_matrix", hits: Floats, weights: Floats, chances: Floats, freedom: float
) -> Floats:
    """Return the covariance of the regression's weights and, last, its intercept.

    Leads count by unequal weights, so it is that of the weighted sums of their errors (sandwich
    estimator, White 1980), shrunk as the regression is.
    """
    from scipy.sparse import csr_matrix, hstack  # noqa: PLC0415 (slow to import)

    all_rows = hstack([rows, csr_matrix(np.ones((rows.shape[0], 1)))], format="csr")
    bent = all_rows.multiply((weights * chances * (1.0 - chances))[:, None]).T @ all_rows
    shrunk = np.append(np.full(rows.shape[1], 1.0 / freedom), 0.0)
    inverse = np.linalg.inv(np.asarray(bent.todense()) + np.diag(shrunk))
    errors = all_rows.multiply(np.square(weights * (hits - chances))[:, None]).T @ all_rows
    return np.asarray(inverse @ np.asarray(errors.todense()) @ inverse)


def score(values: pl.DataFrame, card: Scorecard) -> tuple[Floats, Floats]:
    """Return the part of each feature in each lead's score, and the score's standard error.

    The parts count from the mean lead: base and parts add up to the score.
    """
    scored, errors = [], []
    for block in values.iter_slices(BLOCK):
        design = lay_out(block, card.scales)
        scored.append(parts(design, card.weights) - card.centre)
        rows, last = matrix(design), card.covariance[-1]
        spread = np.asarray(rows.multiply(rows @ card.covariance[:-1, :-1]).sum(axis=1)).ravel()
        errors.append(np.sqrt(spread + 2.0 * (rows @ last[:-1]) + last[-1]))
    if not scored:
        return np.empty((0, len(card.scales))), np.empty(0)
    return np.concatenate(scored), np.concatenate(errors)
