"""Of customers made from known parameters, the parameters are found, and within their intervals."""

import numpy as np
import pytest

from purchase_truths import simulated
from segment import purchases

SETS, CUSTOMERS = 60, 1500
TRUTHS = {
    "bg_nbd": (0.8, 6.0, 0.8, 2.5),
    "mbg_nbd": (0.8, 6.0, 0.8, 2.5),
    "pareto_nbd": (0.8, 6.0, 0.7, 10.0),
}


@pytest.mark.parametrize("name", TRUTHS)
def test_the_true_parameters_lie_in_their_95_percent_intervals_about_so_often(name):
    inside, logs = [], []
    for seed in range(SETS):
        fitted = purchases.fit(*simulated(name, seed, CUSTOMERS, *TRUTHS[name]), name)
        assert (fitted.name, fitted.is_fallback) == (name, False)
        bounds = zip(fitted.intervals.values(), TRUTHS[name], strict=True)
        inside.append([low <= truth <= high for (low, high), truth in bounds])
        logs.append(np.log(np.array(fitted.values) / TRUTHS[name]))

    # of 60 sets 57 are expected inside; 52 or fewer would come about in one of a hundred
    assert 0.92 <= np.mean(inside) <= 0.99
    assert np.sum(inside, axis=0).min() >= 53
    assert np.mean(logs, axis=0) == pytest.approx(np.zeros(4), abs=0.1)
