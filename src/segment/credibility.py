"""A customer's own mean, drawn towards everybody's by as much as it owes to chance.

Source: Bühlmann & Straub 1970 ("Glaubwürdigkeit für Schadensätze"): a mean of n observations
counts n, everybody's counts k, the variance within customers over that between them.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FEWEST = 30  # customers with two observations or more; fewer cannot tell how customers differ
LEAST = 1e-12  # of a variance


def drawn(own: Floats, n: Floats, within: Floats, *, fewest: int = FEWEST) -> Floats:
    """Return the means drawn towards everybody's.

    `own` are the customers' means of `n` observations each (0 or more), `within` the variances
    of an observation within each customer, used where n is above 1; groups of customers are drawn
    in the same way. Customers without an observation get everybody's mean. Where fewer than
    `fewest` with two observations or more can teach it, the own means stand.
    """
    seen = n > 0
    if not seen.any():
        return np.zeros_like(own)
    everybody = float(np.average(own[seen], weights=n[seen]))
    k = _strength(own[seen], n[seen], within[seen], everybody, fewest)
    return np.where(seen, (own * n + k * everybody) / np.maximum(n + k, LEAST), everybody)


def _strength(own: Floats, n: Floats, within: Floats, everybody: float, fewest: int) -> float:
    several = n > 1
    if several.sum() < fewest:
        return 0.0
    inside = float(np.average(within[several], weights=n[several] - 1))
    total = n.sum()
    between = (n @ (own - everybody) ** 2 - (len(n) - 1) * inside) / (total - (n @ n) / total)
    return inside / max(float(between), LEAST)
