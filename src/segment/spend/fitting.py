"""Fitting the gamma-gamma model, on cells of equal count and nearly equal mean.

lifetimes fits the means of customers, which tell how customers differ, but of how one customer's
purchases differ only what the means let through: one-time buyers decide it. Where the mean
logarithm of the purchases is known, the likelihood of the purchases themselves takes its place. It
is the same but for a factor that depends on p alone, since given a customer's mean the shares of
his purchases in it are Dirichlet(p, ..., p).

The model assumes that spend and frequency are independent. Where the means grow or fall with the
number of purchases by more than chance, what is expected of a customer before any purchase does
too, by a power of that number.
"""

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import digamma

from segment import estimator
from segment.spend.evidence import Record
from segment.spend.model import SpendModel

Floats = NDArray[np.float64]

MAX_CELLS = 3_000  # up to so many customers, each is fitted by himself
CELLS_PER_E_FOLD = 40  # a cell of means is 2.5% wide …
COUNTS_PER_E_FOLD = 10  # … and one of counts 10%, but for the small ones
FEWEST_CUSTOMERS = 10  # three parameters from fewer customers than this are noise
LEAST_SPREAD = 1e-6  # relative spread below which all purchases cost the same
SURE = 3.0  # standard errors from which on a dependence is believed
# Where to start log p, log q, log gamma, and how flat it must become: rounding may keep a large
# sum from flattening as far as a small one.
TRIES = tuple(
    (start, flat) for flat in (1e-7, 1e-6, 1e-5) for start in ((1.0, 1.2, 0.2), (0.1, 0.1, 0.1))
)
STEEPEST = 0.5  # no steeper than with the square root of the purchases


def fit(record: Record, mean_log: float | None = None) -> SpendModel:
    """Fit to the purchases of customers.

    `mean_log` is the mean logarithm of the spend of single purchases, above that of their mean
    (so at most 0); without it the means alone are fitted, as published. Customers with no positive
    mean (gifts, all refunded) say nothing about the size of a purchase and are left out.
    """
    usable = (record.n > 0) & np.isfinite(record.mean) & (record.mean > 0)
    n, mean = record.n[usable], record.mean[usable]
    average = float((n * mean).sum() / n.sum()) if len(n) else 0.0
    plain = SpendModel(
        name="mean", p=0.0, q=0.0, gamma=0.0, mean=average, n_customers=len(n), log_likelihood=0.0
    )
    if len(n) < FEWEST_CUSTOMERS or mean.std() < LEAST_SPREAD * mean.mean():
        return plain
    cells = _cells(n, mean / average)  # in units of the average purchase
    fits = (estimator.fitted(_fitting(*cells, mean_log, *each)) for each in TRIES)
    fitter = next((each for each in fits if each is not None), None)
    if fitter is None:
        return plain
    p, q, gamma = (float(fitter.params_[symbol]) for symbol in ("p", "q", "v"))
    if not np.isfinite([p, q, gamma]).all() or q <= 1:  # the mean does not exist for q <= 1
        return plain
    model = SpendModel(
        name="gamma_gamma", p=p, q=q, gamma=gamma * average, mean=p * gamma * average / (q - 1),
        n_customers=len(n), covariance=_covariance(fitter._hessian_, len(n)),
        log_likelihood=float(
            -len(n) * fitter._negative_log_likelihood_ - len(n) * np.log(average)
        ),
    )  # fmt: skip
    return model if mean_log is None else _with_dependence(model, *cells)


def _fitting(
    n: Floats, mean: Floats, weight: Floats, mean_log: float | None,
    start: tuple[float, ...], flat: float,
) -> Callable[[ModuleType], Any]:  # fmt: skip
    def run(lifetimes: ModuleType) -> Any:
        fitter = lifetimes.GammaGammaFitter()
        if mean_log is not None:
            fitter._negative_log_likelihood = _of_purchases(
                fitter._negative_log_likelihood, n, mean, weight, mean_log
            )
        return fitter.fit(n, mean, weights=weight, initial_params=np.array(start), tol=flat)

    return run


def _of_purchases(
    of_means: Callable[..., Any], n: Floats, mean: Floats, weight: Floats, mean_log: float
) -> Callable[..., Any]:
    """Return the negative log-likelihood of purchases, per customer: that of the means, and p's."""
    import autograd.numpy as anp  # noqa: PLC0415 (comes with lifetimes)
    from autograd.scipy.special import gammaln  # noqa: PLC0415

    n_customers, n_purchases = weight.sum(), weight @ n
    counts, place = np.unique(n, return_inverse=True)
    at_count = np.bincount(place, weight)
    logs = n_purchases * (mean_log + np.log((weight * n) @ mean / n_purchases))
    of_n, of_mean = weight @ (n * np.log(n)), weight @ (n * np.log(mean))
    mean_logs = weight @ np.log(mean)

    def negative(log_params: Any, *rest: Any) -> Any:
        p = anp.exp(log_params[0])
        within = (
            anp.dot(at_count, gammaln(p * counts)) - n_purchases * gammaln(p)
            - p * of_n + (p - 1) * logs - p * of_mean + mean_logs
        )  # fmt: skip
        return of_means(log_params, *rest) - within / n_customers

    return negative


def _cells(n: Floats, mean: Floats) -> tuple[Floats, Floats, Floats]:
    if len(n) <= MAX_CELLS:
        return n, mean, np.ones_like(n)
    exact_counts = COUNTS_PER_E_FOLD
    count = pl.when(pl.col("n") <= exact_counts).then("n").otherwise(
        exact_counts + (pl.col("n").log() * COUNTS_PER_E_FOLD).floor()
    )  # fmt: skip
    width = (pl.col("mean").log() * CELLS_PER_E_FOLD).floor()
    grid = (
        pl.DataFrame({"n": n, "mean": mean})
        .group_by(count.alias("count"), width.alias("width"))
        .agg(pl.col("n").mean().round(), pl.col("mean").mean(), pl.len())  # lifetimes counts whole
        .sort("count", "width")
    )
    return tuple(grid[name].to_numpy().astype(float) for name in ("n", "mean", "len"))  # type: ignore[return-value]


def _covariance(hessian: Floats, n_customers: int) -> Floats | None:
    """Return the covariance of the log parameters; None where the Hessian has no inverse."""
    try:
        found = np.linalg.inv(hessian) / n_customers
    except np.linalg.LinAlgError:
        return None
    return found if np.isfinite(found).all() and (found.diagonal() > 0).all() else None


def _with_dependence(model: SpendModel, n: Floats, mean: Floats, weight: Floats) -> SpendModel:
    trust = weight * n / (n + (model.q - 1) / model.p)  # a mean of few purchases is a noisy one
    x, y = np.log(n), np.log(mean) - (digamma(model.p * n) - np.log(model.p * n))  # a log of a mean
    x, y = x - np.average(x, weights=trust), y - np.average(y, weights=trust)
    spread = float(trust @ x**2)
    if spread == 0:
        return model
    slope = float(trust @ (x * y)) / spread
    noise = float(trust @ (y - slope * x) ** 2) / max(float(weight.sum()) - 2, 1)
    if abs(slope) <= SURE * np.sqrt(noise / spread):
        return model
    slope = float(np.clip(slope, -STEEPEST, STEEPEST))
    return replace(model, slope=slope, scale=1 / float(np.average(n**slope, weights=weight)))
