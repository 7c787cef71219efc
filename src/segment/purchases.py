"""How often customers will buy: models fitted by lifetimes, predicted by exact formulas.

A customer buys at a rate that is gamma-distributed over customers (r, alpha) and leaves for good
after a purchase with a probability that is beta-distributed (a, b). BG/NBD lets nobody leave
before the first repeat purchase; MBG/NBD also after the first purchase; plain NBD is what remains
when nobody can be seen to leave. Time is in weeks.
Sources: Fader, Hardie & Lee 2005 (BG/NBD); Batislam, Denizel & Filiztekin 2007 and Wagner & Hoppe
2008 (MBG/NBD); Ehrenberg 1959 (NBD).
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import special
from scipy.special import expit, gammaln

from segment import estimator

Floats = NDArray[np.float64]
ModelName = Literal["bg_nbd", "mbg_nbd", "nbd"]

MAX_CELLS = 40_000  # above this many distinct histories, fit on weekly cell means
# log r, alpha, a, b on time scaled to 0..1; None is lifetimes' own start
STARTS = (None, (0.0, -3.0, 0.0, 1.0), (-1.0, -1.0, -0.5, 1.0))
WIDEST = 1e4  # customers this much alike, or a dropout this sure, cannot be told from data
INTEGER_STEP = 1e-8  # relative; far above rounding, its square far below
SMALL_BRACKET = 1e-5  # below this the closed form loses more than five digits: integrate
MOST_EXPECTED = 1e9  # numpy's Poisson refuses rates near the largest integer
LEAST_LEAVING = 1e-12  # numpy's geometric refuses a probability of 0
NODES, WEIGHTS = np.polynomial.legendre.leggauss(64)


@dataclass(frozen=True, kw_only=True)
class PurchaseModel:
    """A fitted model; alpha in weeks, log_likelihood of the data as they are (not scaled)."""

    name: ModelName
    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    n_customers: int
    n_cells: int
    is_fallback: bool = False

    @property
    def parameters(self) -> dict[str, float]:
        """The parameters by their symbols; a and b only where the model has dropout."""
        rate = {"r": self.r, "alpha": self.alpha}
        return rate if self.name == "nbd" else rate | {"a": self.a, "b": self.b}


# ------------------------------------------------------------------------------------ fitting


def cells(x: Floats, t_x: Floats, T: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return x, t_x, T and weight of the distinct histories, on a weekly grid if they are many.

    A grid cell stands at the mean of its customers, not at its edge.
    """
    frame = pl.DataFrame({"x": x, "t_x": t_x, "T": T})
    exact = frame.group_by("x", "t_x", "T").len()
    if exact.height > MAX_CELLS:
        exact = (
            frame.group_by(
                "x", pl.col("t_x").floor().alias("week"), pl.col("T").floor().alias("age")
            )
            .agg(pl.col("t_x").mean(), pl.col("T").mean(), pl.len())
            .select("x", "t_x", "T", "len")
        )
    ordered = exact.sort("x", "t_x", "T")
    return tuple(ordered[name].to_numpy().astype(float) for name in ("x", "t_x", "T", "len"))  # type: ignore[return-value]


def fit(x: Floats, t_x: Floats, T: Floats, name: ModelName) -> PurchaseModel | None:
    """Fit one model to repeat purchases `x`, recency `t_x` and age `T` (weeks).

    Returns None where the fit does not converge or dropout cannot be identified: the caller
    then takes the next simpler model.
    """
    observed = T > 0  # a first purchase on the last day says nothing about what follows it
    grid = cells(x[observed], t_x[observed], T[observed])
    if name == "nbd":
        return _fit_nbd(*grid)
    if x.sum() == 0:
        return None
    for start in STARTS:
        found = _fit_by_lifetimes(name, grid, start)
        if found is not None and _is_identified(found):
            return found
    return None


def _is_identified(model: PurchaseModel) -> bool:
    return all(1 / WIDEST < value < WIDEST for value in (model.r, model.a, model.b))


def fit_best(
    x: Floats, t_x: Floats, T: Floats, wanted: Literal["auto", "bg_nbd", "mbg_nbd", "nbd"]
) -> PurchaseModel:
    """Fit the wanted model, or with "auto" the likelier of BG/NBD and MBG/NBD.

    Where dropout cannot be identified plain NBD is the answer, and `is_fallback` says so.
    """
    names: tuple[ModelName, ...] = ("bg_nbd", "mbg_nbd") if wanted == "auto" else (wanted,)
    fitted = [model for name in names if (model := fit(x, t_x, T, name)) is not None]
    if fitted:
        return max(fitted, key=lambda model: model.log_likelihood)
    observed = T > 0
    return replace(
        _fit_nbd(*cells(x[observed], t_x[observed], T[observed])), is_fallback=wanted != "nbd"
    )


def _fit_by_lifetimes(
    name: ModelName, grid: tuple[Floats, ...], start: tuple[float, ...] | None
) -> PurchaseModel | None:
    x, t_x, T, weight = grid
    kind = {"bg_nbd": "BetaGeoFitter", "mbg_nbd": "ModifiedBetaGeoFitter"}[name]
    fitter = estimator.fitted(
        lambda lifetimes: getattr(lifetimes, kind)().fit(
            x, t_x, T, weights=weight, initial_params=start
        )
    )
    if fitter is None:
        return None
    found = {key: float(value) for key, value in fitter.params_.items()}
    log_likelihood = float(
        -weight.sum() * fitter._negative_log_likelihood_ + (weight * x).sum() * np.log(1 / T.max())
    )  # lifetimes reports the mean on time scaled to 0..1
    if not np.isfinite([*found.values(), log_likelihood]).all():
        return None
    return PurchaseModel(
        name=name,
        r=found["r"],
        alpha=found["alpha"],
        a=found["a"],
        b=found["b"],
        log_likelihood=log_likelihood,
        n_customers=round(weight.sum()),
        n_cells=len(x),
    )


def _fit_nbd(x: Floats, _: Floats, T: Floats, weight: Floats) -> PurchaseModel:
    if len(x) == 0 or x.sum() == 0:  # no repeat seen: half an event in all the time observed
        return PurchaseModel(
            name="nbd", r=0.5, alpha=float((weight * T).sum()) + 1.0, a=0.0, b=1.0,
            log_likelihood=0.0, n_customers=round(weight.sum()), n_cells=len(x),
        )  # fmt: skip

    from scipy.optimize import minimize  # noqa: PLC0415 (slow to import; a fit needs it)

    def negative_log_likelihood(log_params: Floats) -> float:
        r, alpha = np.exp(log_params)
        terms = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - (r + x) * np.log(alpha + T)
        return float(-(weight * terms).sum() / weight.sum())

    rate = (weight * x).sum() / (weight * T).sum()
    found = minimize(
        negative_log_likelihood,
        x0=np.log([1.0, 1.0 / rate]),
        method="L-BFGS-B",
        bounds=[(-12.0, 12.0), (-12.0, 24.0)],  # equal rates drive r and alpha up together
    )
    r, alpha = np.exp(found.x)
    return PurchaseModel(
        name="nbd", r=float(r), alpha=float(alpha), a=0.0, b=1.0,
        log_likelihood=float(-found.fun * weight.sum()),
        n_customers=round(weight.sum()), n_cells=len(x),
    )  # fmt: skip


# --------------------------------------------------------------------------------- prediction


def p_alive(model: PurchaseModel, x: Floats, t_x: Floats, T: Floats) -> Floats:
    """Return each customer's probability of still being one at T, from 0 to 1."""
    if model.name == "nbd":
        return np.ones_like(T)
    stayed = x - 1 if model.name == "bg_nbd" else x  # chances to leave that were not taken
    left_late = (model.r + x) * np.log((model.alpha + T) / (model.alpha + t_x))
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = np.log(model.a) - np.log(model.b + stayed) + left_late
    alive = expit(-odds)
    return np.where(x > 0, alive, 1.0) if model.name == "bg_nbd" else np.asarray(alive)


def expected(
    model: PurchaseModel, x: Floats, t_x: Floats, T: Floats, horizon: float | Floats
) -> Floats:
    """Return the purchases expected of each customer in the `horizon` weeks after T.

    Finite for every history and every parameter above 0, at a = 1 and a + b < 1 too.
    """
    shape, rate = model.r + x, model.alpha + T
    time = np.broadcast_to(np.asarray(horizon, dtype=float), shape.shape)
    if model.name == "nbd":
        return np.asarray(shape / rate * time)
    stay = model.b + x + (model.name == "mbg_nbd")
    return np.asarray(p_alive(model, x, t_x, T) * _while_alive(shape, rate, model.a, stay, time))


def _while_alive(shape: Floats, rate: Floats, a: float, b: Floats, time: Floats) -> Floats:
    """Expect the purchases of a customer who is alive now, by closed form where it is exact.

    (a+b-1)/(a-1) [1 - (1-z)^(a-1) 2F1(a+b-1-shape, a-1; a+b-1; z)], z = time/(rate+time): the
    published form after Euler's transformation, which keeps large counts finite. The bracket
    vanishes at a = 1, and the form means nothing at a+b <= 1: there the rate is integrated.
    """
    z = time / (rate + time)
    c = a + b - 1
    with np.errstate(all="ignore"):
        bracket = 1 - np.exp((a - 1) * np.log1p(-z)) * _hyp2f1(c - shape, a - 1, c, z)
        closed = c / (a - 1) * bracket
    doubtful = ~(np.isfinite(closed) & (c > 0) & (np.abs(bracket) > SMALL_BRACKET))
    if doubtful.any():
        closed = closed.copy()
        closed[doubtful] = _integrated(
            shape[doubtful], rate[doubtful], a, b[doubtful], time[doubtful]
        )
    return closed


def _integrated(shape: Floats, rate: Floats, a: float, b: Floats, time: Floats) -> Floats:
    """Integrate E[rate of buying at s] = shape/rate 2F1(shape+1, a; a+b; -s/rate) over 0..time.

    In u = log(1 + s/rate), where the integrand is smooth over any horizon; Pfaff's form of 2F1
    has its argument in 0..1.
    """
    u = np.log1p(time / rate)[:, None] / 2 * (NODES + 1)
    z = -np.expm1(-u)
    intensity = np.exp(u * (1 - a)) * _hyp2f1(
        a, a + b[:, None] - shape[:, None] - 1, a + b[:, None], z
    )
    return np.asarray(shape * np.log1p(time / rate) / 2 * (intensity @ WEIGHTS))


def _hyp2f1(a: float | Floats, b: float | Floats, c: Floats, z: Floats) -> Floats:
    """Return 2F1 where scipy's overflows too (c-a-b a large integer, z above 0.9).

    There the mean of both sides of c is taken, which differs from the value by the square of
    the step.
    """
    value = np.asarray(special.hyp2f1(a, b, c, z))
    if np.isfinite(value).all():
        return value
    beside = [special.hyp2f1(a, b, c * (1 + step), z) for step in (-INTEGER_STEP, INTEGER_STEP)]
    return np.where(np.isfinite(value), value, np.mean(beside, axis=0))


def draw(
    model: PurchaseModel, x: Floats, t_x: Floats, T: Floats, horizon: float,
    n_draws: int, rng: np.random.Generator,
) -> NDArray[np.int64]:  # fmt: skip
    """Draw purchase counts over the horizon: shape (customers, draws), from the model itself.

    A customer alive buys a Poisson number of times, cut short by the purchase after which he
    leaves.
    """
    size = (len(x), n_draws)
    rates = rng.gamma((model.r + x)[:, None], 1 / (model.alpha + T)[:, None], size)
    bought = rng.poisson(np.minimum(rates * horizon, MOST_EXPECTED))
    if model.name == "nbd":
        return bought
    stay = model.b + x + (model.name == "mbg_nbd")
    leaves = rng.beta(model.a, stay[:, None], size)
    last = rng.geometric(np.clip(leaves, LEAST_LEAVING, 1.0))
    alive = rng.random(size) < p_alive(model, x, t_x, T)[:, None]
    return np.where(alive, np.minimum(bought, last), 0)
