"""What a purchase will bring: the gamma-gamma model, fitted by lifetimes.

Purchases of a customer are gamma(p, nu) and customers differ in nu ~ gamma(q, gamma), so that a
customer's own mean is drawn towards everybody's, the more the fewer purchases are behind it.
Source: Fader & Hardie, note 025 (2013).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from segment import estimator

Floats = NDArray[np.float64]

MAX_CELLS = 40_000  # above this many customers, fit on cells of equal count and nearly equal mean
CELLS_PER_E_FOLD = 200  # a cell of means is half a percent wide
FEWEST_CUSTOMERS = 10  # three parameters from fewer customers than this are noise
LEAST_SPREAD = 1e-6  # relative spread below which all purchases cost the same


@dataclass(frozen=True, kw_only=True)
class SpendModel:
    """A fitted model; `mean` is the population's mean spend per purchase, in money.

    With the name "mean" spend does not differ enough, or too few customers bought, for a
    gamma-gamma: everyone's own mean is then the forecast.
    """

    name: Literal["gamma_gamma", "mean"]
    p: float
    q: float
    gamma: float
    mean: float
    n_customers: int
    log_likelihood: float

    @property
    def parameters(self) -> dict[str, float]:
        """The parameters by their symbols."""
        if self.name == "mean":
            return {"mean": self.mean}
        return {"p": self.p, "q": self.q, "gamma": self.gamma}


def fit(n: Floats, mean: Floats) -> SpendModel:
    """Fit to `n` purchases a customer (1 or more) and their `mean` spend.

    Customers with no positive mean (gifts, all refunded) say nothing about the size of a
    purchase and are left out of the fit.
    """
    usable = (n > 0) & np.isfinite(mean) & (mean > 0)
    n, mean = n[usable], mean[usable]
    average = float((n * mean).sum() / n.sum()) if len(n) else 0.0
    plain = SpendModel(
        name="mean", p=0.0, q=0.0, gamma=0.0, mean=average, n_customers=len(n), log_likelihood=0.0
    )
    if len(n) < FEWEST_CUSTOMERS or mean.std() < LEAST_SPREAD * mean.mean():
        return plain
    cell_n, cell_mean, weight = _cells(n, mean / average)  # in units of the average purchase
    fitter = estimator.fitted(
        lambda lifetimes: lifetimes.GammaGammaFitter().fit(cell_n, cell_mean, weights=weight)
    )
    if fitter is None:
        return plain
    p, q, gamma = (float(fitter.params_[symbol]) for symbol in ("p", "q", "v"))
    if not np.isfinite([p, q, gamma]).all() or q <= 1:  # the mean does not exist for q <= 1
        return plain
    return SpendModel(
        name="gamma_gamma", p=p, q=q, gamma=gamma * average, mean=p * gamma * average / (q - 1),
        n_customers=len(n),
        log_likelihood=float(
            -len(n) * fitter._negative_log_likelihood_ - len(n) * np.log(average)
        ),
    )  # fmt: skip


def _cells(n: Floats, mean: Floats) -> tuple[Floats, Floats, Floats]:
    if len(n) <= MAX_CELLS:
        return n, mean, np.ones_like(n)
    width = (pl.col("mean").log() * CELLS_PER_E_FOLD).floor().alias("cell")
    grid = (
        pl.DataFrame({"n": n, "mean": mean})
        .group_by("n", width)
        .agg(pl.col("mean").mean(), pl.len())
        .sort("n", "cell")
    )
    return tuple(grid[name].to_numpy().astype(float) for name in ("n", "mean", "len"))  # type: ignore[return-value]


def expected(model: SpendModel, n: Floats, mean: Floats) -> Floats:
    """Return the spend expected per purchase, in money, for customers with `n` purchases.

    A mean below zero (refunds above purchases) counts as zero.
    """
    own = np.where(n > 0, np.maximum(np.nan_to_num(mean), 0.0), model.mean)
    if model.name == "mean":
        return own
    weight = model.p * n / (model.p * n + model.q - 1)
    return (1 - weight) * model.mean + weight * own


def draw(
    model: SpendModel, n: Floats, mean: Floats, counts: NDArray[np.int64],
    rng: np.random.Generator,
) -> Floats:  # fmt: skip
    """Draw what `counts` (customers, draws) future purchases bring in all, in money."""
    own = np.maximum(np.nan_to_num(mean), 0.0)
    if model.name == "mean":
        return counts * expected(model, n, mean)[:, None]
    shape, rate = model.p * n + model.q, model.gamma + n * own
    nu = rng.gamma(shape[:, None], 1 / rate[:, None], counts.shape)
    return rng.gamma(model.p * counts) / nu
