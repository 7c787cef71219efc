"""Whether a customer is still being served, and for how much of the horizon.

Who is visited or calls is there, even if no purchase tells it: the purchase model is asked as if
the last of both had been the last purchase, and the silence since then counts by the rate of both.
What has been seen of customers since is Poisson, as with the purchases (see `purchases`).
"""

import numpy as np
import polars as pl

from segment import purchases
from segment.clock import Clock
from segment.purchases import Floats, PurchaseModel
from segment.summary import YEAR_DAYS
from segment.value.serving import Serving

SOON = 1e-3  # of the horizon: purchases so soon are at the rate of today
LEAST = 1e-12


def there(
    customers: pl.DataFrame, history: tuple[Floats, Floats, Floats], model: PurchaseModel,
    serving: Serving,
) -> Floats:  # fmt: skip
    """Return the probability that each customer is still there, by purchases and by service."""
    x, t_x, T = history
    age, recency = (customers[name].cast(pl.Float64).to_numpy() for name in ("T", "recency"))
    seen = np.maximum(recency, np.minimum(serving.last_on, age))
    silent = age - recency
    later = np.divide(seen - recency, silent, out=np.zeros_like(age), where=silent > 0)
    known = purchases.p_alive(model, x, np.minimum(t_x + (T - t_x) * later, T), T)
    quiet = serving.often * (age - seen) / YEAR_DAYS
    # who left did so at any time of the silence, and until then was served as well
    served_if_left = np.divide(-np.expm1(-quiet), quiet, out=np.ones_like(quiet), where=quiet > 0)
    odds_down = np.exp(-quiet) / np.maximum(served_if_left, LEAST)
    left = np.maximum(1 - known, 0.0)
    there = known * odds_down
    return np.asarray(np.divide(there, there + left, out=np.ones_like(there), where=left > 0))


def stays(
    history: tuple[Floats, Floats, Floats], pace: Floats, model: PurchaseModel, clock: Clock,
    horizon_days: int,
) -> Floats:  # fmt: skip
    """Return for what share of the horizon a customer who is there will still be there."""
    x, _, T = history
    ahead = float(clock.ahead(horizon_days)) * pace
    soon = purchases.while_alive(model, x, T, ahead * SOON)
    all_of_it = purchases.while_alive(model, x, T, ahead)
    return np.asarray(np.clip(all_of_it * SOON / np.maximum(soon, LEAST), 0.0, 1.0))
