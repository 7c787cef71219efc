"""What the penalties hold back is given back: a score is stretched until it spreads as chances do.

Penalised weights lie too near to zero, so that high chances are said too low and low ones too high.
By how much is told by the leads themselves: the slope that their outcomes ask for, less what it
owes to the weights having been fitted to the same outcomes, which is their degrees of freedom over
the information in the score (van Houwelingen and le Cessie, Statistics in Medicine 1990; degrees of
freedom of weighted leads and of a penalty: Takeuchi 1976). It is the slope of leaving out each
lead in turn, to the second digit, at the price of one more fit.
"""

from typing import TYPE_CHECKING

import numpy as np

from segment.prospects import measures, scorecard
from segment.prospects.design import Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Before anything is seen a score keeps its spread, give or take a half; with some hundred hits
# nothing is left of that.
PRIOR_ERROR = 0.5
LEAST, MOST = 0.5, 2.0
# So many leads tell the degrees of freedom as well as all of them.
MOST_LEADS = 10_000
# A score that parts nobody has no spread.
LEAST_TOLD = 1e-6


def stretch(
    rows: "csr_matrix", learnt: tuple[Floats, float], known: tuple[Floats, Floats]
) -> float:
    """Return by what a score is multiplied that penalised regressions learnt of leads.

    `rows` and `known` are those leads, their hits and how much they count; `learnt` the weights and
    the intercept. What it errs by is in the covariance of the weights already.
    """
    hits, counts = known
    scores = rows @ learnt[0] + learnt[1]
    slope, shift = measures.sigmoid(scores, hits, counts)
    chances = measures.chance(slope * scores + shift)
    worth, missed = counts * chances * (1.0 - chances), counts * (hits - chances)
    apart = scores - worth @ scores / worth.sum()
    told = float(worth @ np.square(apart))
    if told < LEAST_TOLD:
        return 1.0
    owed = _freedom(rows, worth, missed) / told
    sure = told**2 / max(float(np.square(missed * apart).sum()), LEAST_TOLD)
    prior = PRIOR_ERROR**-2
    return min(max(((slope - owed) * sure + prior) / (sure + prior), LEAST), MOST)


def _freedom(rows: "csr_matrix", worth: Floats, missed: Floats) -> float:
    """Return the degrees of freedom of the weights, the mean over the penalties; not the level's.

    `worth` is the information in each lead, `missed` what it adds to the sums that are set to zero.
    """
    step = -(-rows.shape[0] // MOST_LEADS)
    some, worth, missed = rows[::step], step * worth[::step], missed[::step]
    middle = np.asarray(worth @ some).ravel() / worth.sum()
    bent = _products(some, worth, middle)
    errors = step * _products(some, np.square(missed), middle)
    held = [np.eye(len(middle)) / freedom for freedom in scorecard.FREEDOMS]
    return float(np.mean([np.trace(np.linalg.solve(bent + one, errors)) for one in held]))


def _products(rows: "csr_matrix", counts: Floats, middle: Floats) -> Floats:
    """Return the summed products of the columns, each counted from its `middle`."""
    raw = np.asarray((rows.multiply(counts[:, None]).T @ rows).todense())
    across = np.outer(np.asarray(counts @ rows).ravel(), middle)
    return np.asarray(raw - across - across.T + counts.sum() * np.outer(middle, middle))
