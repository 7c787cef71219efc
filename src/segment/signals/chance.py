"""How likely a count is if nothing has changed: few by chance alone, or many.

A customer's rate is known only as well as the events that told it: with `evidence` of them it is
gamma-distributed, and the next count is negative binomial around what is expected (the
Poisson-gamma model, Greenwood & Yule 1920). Money counts in effective events, its sum over the
size of an event; a sum of unlike events is then Poisson with the right mean and variance, and the
count need not be whole (the scaled Poisson distribution, Bohm & Zech 2014).
"""

import numpy as np
import numpy.typing as npt
from scipy.special import betainc

Floats = npt.NDArray[np.float64]


def at_most(seen: Floats, expected: Floats, evidence: Floats) -> Floats:
    """Return the chance of `seen` events or fewer; 1 where nothing was expected or known."""
    known = (expected > 0) & (evidence > 0)
    shape = np.where(known, evidence, 1.0)
    mean = np.where(known, expected, 1.0)
    few = betainc(shape, np.maximum(seen, 0.0) + 1.0, shape / (shape + mean))
    return np.where(known, few, 1.0)


def at_least(seen: Floats, expected: Floats, evidence: Floats) -> Floats:
    """Return the chance of `seen` events or more; 1 where there was none or nothing is known."""
    known = (expected > 0) & (evidence > 0) & (seen > 0)
    shape = np.where(known, evidence, 1.0)
    mean = np.where(known, expected, 1.0)
    many = betainc(np.where(known, seen, 1.0), shape, mean / (shape + mean))
    return np.where(known, many, 1.0)
