"""What data leave open: about parameters above 0, normal on their logarithms, and about shares.

On logarithms the likelihood is nearly normal, and what is drawn from it stays above 0. A share of
few is nowhere near normal; Wilson's interval (1927) holds for it as well.
"""

from collections.abc import Iterable, Mapping
from statistics import NormalDist

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]

NORMAL_95 = 1.959963984540054  # the normal distribution has 95% within so many standard errors
WIDEST_SD = 1.0  # a direction known less well than to a factor of e is not normal: drawn as if
FARTHEST = 3.0  # standard errors that drawn parameters may lie from the estimate


def log_errors(names: Iterable[str], covariance: Floats | None) -> dict[str, float]:
    """Return the standard error of each logarithm, about the relative error; none if not known."""
    errors = [] if covariance is None else np.sqrt(covariance.diagonal()).tolist()
    return dict(zip(names, errors, strict=False))


def intervals(
    parameters: Mapping[str, float], errors: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    """Return the 95% interval of each parameter whose error is known, above 0."""
    wide = {name: float(np.exp(NORMAL_95 * error)) for name, error in errors.items()}
    return {name: (parameters[name] / wide[name], parameters[name] * wide[name]) for name in wide}


def drawn(values: Iterable[float], covariance: Floats, n: int, seed: int) -> Floats:
    """Draw `n` rows of parameters.

    Directions that the data hardly tell are drawn no wider than WIDEST_SD, and none farther than
    FARTHEST, so that every drawn model forecasts finitely.
    """
    variances, directions = np.linalg.eigh(covariance)
    scale = np.minimum(np.sqrt(np.maximum(variances, 0.0)), WIDEST_SD)
    steps = np.random.default_rng(seed).standard_normal((n, len(scale)))
    logs = np.log(list(values)) + (np.clip(steps, -FARTHEST, FARTHEST) * scale) @ directions.T
    return np.asarray(np.exp(logs))


def wilson(share: pl.Expr, n: pl.Expr, interval: float) -> tuple[pl.Expr, pl.Expr]:
    """Return the lower and the upper end, `low` and `high`, of a share that was seen on `n`."""
    width = NormalDist().inv_cdf(0.5 + interval / 2)
    middle = share + width**2 / (2 * n)
    half = width * (share * (1 - share) / n + width**2 / (4 * n**2)).sqrt()
    whole = 1 + width**2 / n
    low, high = (middle - half) / whole, (middle + half) / whole
    return low.clip(0, 1).alias("low"), high.clip(0, 1).alias("high")
