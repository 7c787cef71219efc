"""Boosted trees that stay additive: each looks at one field, so that their sum can be told apart.

Histogram gradient boosting without interactions is a sum of one curve a field. Each curve is read
off at every step of the design and becomes the weights of the score: parts, reasons and intervals
are then those of any other score, exactly. Source: Lou, Caruana and Gehrke, *Intelligible models*,
KDD 2012.
"""

from typing import TYPE_CHECKING

import numpy as np

from segment.prospects.design import Design, Floats, Scale

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Small trees, many and slow: what one field tells bends seldom more than three times at once.
N_TREES, RATE, MOST_LEAVES = 100, 0.12, 4
# A step of a curve rests on so many leads, and is shrunk as if some ten more had said nothing.
FEWEST_IN_LEAF, SHRINKAGE = 40, 10.0


def codes(design: Design, scales: tuple[Scale, ...]) -> Floats:
    """Return which step of its scale each lead stands on, one column a field; NaN is missing."""
    firsts = np.cumsum([0, *(one.width for one in scales)])[:-1]
    steps = (design.places - firsts).astype(np.float64)
    for place, one in enumerate(scales):
        if one.knots:
            steps[steps[:, place] == one.width - 1, place] = np.nan
    return np.asarray(steps)


def boost(
    steps: Floats,
    scales: tuple[Scale, ...],
    hits: Floats,
    weights: Floats,
    directions: "NDArray[np.int64]",
) -> tuple[Floats, float]:
    """Return what each step of each scale adds to the log-odds, and the score of the first steps.

    `directions` holds 1 for a field in which the chance may only rise, -1 where it may only fall.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 (slow to import)

    fitted = HistGradientBoostingClassifier(
        max_iter=N_TREES, learning_rate=RATE, max_leaf_nodes=MOST_LEAVES,
        min_samples_leaf=FEWEST_IN_LEAF, l2_regularization=SHRINKAGE, early_stopping=False,
        interaction_cst="no_interactions", monotonic_cst=directions,
        categorical_features=[not one.knots for one in scales],
    ).fit(steps, hits, sample_weight=weights)  # fmt: skip
    asked = np.zeros((sum(one.width for one in scales) + 1, len(scales)))
    first = 0
    for place, one in enumerate(scales):
        on = np.arange(one.width, dtype=np.float64)
        asked[first : first + one.width, place] = np.where(
            bool(one.knots) & (on == one.width - 1), np.nan, on
        )
        first += one.width
    said = np.asarray(fitted.decision_function(asked))
    return said[:-1] - said[-1], float(said[-1])
