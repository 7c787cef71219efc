"""Ways to learn the weights of a score, and leads laid out for each of them.

A way is a learner and how long it remembers. None is the best everywhere; the rehearsal chooses.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl

from segment.prospects import boosting, design, scorecard, stretching
from segment.prospects.design import Floats, Scale
from segment.prospects.features import Feature
from segment.prospects.rules import Direction

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

# Half-lives of what was learnt, in shares of the history.
MEMORIES = (1 / 4,)
# Fewer hits or misses do not fill the steps of the curves: trees then lose to straight lines.
FEWEST_TO_BOOST = 500
LEAST_COUNT = 1e-9

SIGNS: Mapping[str, int] = {"rising": 1, "falling": -1}


@dataclass(frozen=True, kw_only=True)
class Way:
    """How the weights of a score are learnt.

    With `memory`, a share of the history, a lead so much older counts half as much.
    """

    learner: Literal["linear", "boosted"] = "linear"
    memory: float | None = None


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Leads in rows as a learner weighs them, and on which step of each field they stand."""

    scales: tuple[Scale, ...]
    rows: "csr_matrix"
    steps: Floats
    directions: "NDArray[np.int64]"


def lay_out(
    values: pl.DataFrame,
    features: tuple[Feature, ...],
    learner: str,
    monotone: Mapping[str, Direction],
) -> Layout:
    """Lay out typed values for a learner: bent lines for the linear one, steps for trees."""
    is_step = learner == "boosted"
    scales = tuple(design.scale(values[one.name], one, is_step=is_step) for one in features)
    laid = design.lay_out(values, scales)
    signs = [SIGNS.get(monotone.get(one.name, ""), 0) for one in features]
    return Layout(
        scales=scales,
        rows=scorecard.matrix(laid),
        steps=boosting.codes(laid, scales) if is_step else np.empty((len(values), 0)),
        directions=np.array(signs, dtype=np.int64),
    )


def learn(
    way: Way,
    layout: Layout,
    at: "NDArray[np.int64]",
    known: tuple[Floats, Floats],
    start: tuple[Floats, float] | None = None,
) -> tuple[Floats, float]:
    """Return the weights and the intercept learnt from the leads in the rows `at`.

    `known` are their hits and how much they count; `start` is an earlier return, to save time.
    """
    hits, weights = known
    if way.learner == "boosted":
        steps = layout.steps[at]
        return boosting.boost(steps, layout.scales, hits, weights, layout.directions)
    rows = layout.rows[at]
    found, intercept = scorecard.regress(rows, hits, weights, start)
    if layout.directions.any():
        counts = np.asarray(weights @ rows).ravel()
        found = _directed(found, counts, layout.scales, layout.directions)
    return found, intercept


def stretch(
    way: Way,
    layout: Layout,
    at: "NDArray[np.int64]",
    learnt: tuple[Floats, float],
    known: tuple[Floats, Floats],
) -> float:
    """Return by what the score `learnt` is multiplied to spread as chances do.

    Trees, of which there are many and slow ones, are hardly held back: 1.
    """
    if way.learner == "boosted":
        return 1.0
    return stretching.stretch(layout.rows[at], learnt, known)


def _directed(
    weights: Floats, counts: Floats, scales: tuple[Scale, ...], directions: "NDArray[np.int64]"
) -> Floats:
    """Return weights that rise or fall along the bends where they must, the nearest that do.

    Neighbours that break the order are pooled (Ayer et al. 1955). The missing value keeps its own.
    """
    from sklearn.isotonic import isotonic_regression  # noqa: PLC0415 (slow to import)

    held, first = weights.copy(), 0
    for one, direction in zip(scales, directions, strict=True):
        n = len(one.knots)
        if direction and n > 1:
            own = slice(first, first + n)
            # A hair more than nothing, so that a bend where nobody stands has a weight too.
            held[own] = isotonic_regression(
                weights[own],
                sample_weight=counts[own] + LEAST_COUNT,
                increasing=bool(direction > 0),
            )
        first += one.width
    return held
