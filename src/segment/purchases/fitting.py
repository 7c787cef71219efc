"""Fits that do not fail: scaled time, several starts, convergence checked, then a simpler model.

lifetimes' fitters minimise; what they found is improved by Newton's steps and taken only where the
slope is flat. A model with dropout that tells the data no better than NBD has not found any: then
plain NBD is the answer. The order when a model does not converge is Pareto/NBD, the likelier of
BG/NBD and MBG/NBD, NBD; `notes` say what happened.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from segment import estimator
from segment.purchases import likelihood
from segment.purchases.cells import Histories, cells
from segment.purchases.model import SYMBOLS, Floats, ModelName, Note, PurchaseModel
from segment.threads import one_thread

Wanted = Literal["auto", "bg_nbd", "mbg_nbd", "pareto_nbd", "nbd"]

FITTERS: dict[ModelName, str] = {
    "bg_nbd": "BetaGeoFitter",
    "mbg_nbd": "ModifiedBetaGeoFitter",
    "pareto_nbd": "ParetoNBDFitter",
    "bg_bb": "BetaGeoBetaBinomFitter",
    "nbd": "BaseFitter",  # lifetimes has no NBD of its own
}
# Rate: r, and then alpha such that r / alpha is the rate observed; dropout: the other two, beta of
# the Pareto/NBD in mean ages. What was found on published data, then more and less alike customers.
STARTS: dict[ModelName, tuple[tuple[float, ...], ...]] = {
    "bg_nbd": ((0.5, 0.8, 2.5), (2.0, 0.3, 5.0), (0.2, 3.0, 3.0)),
    "mbg_nbd": ((0.7, 0.8, 2.5), (2.0, 0.3, 5.0), (0.2, 3.0, 3.0)),
    "pareto_nbd": ((0.6, 0.6, 0.5), (2.0, 2.0, 5.0), (0.2, 0.3, 0.05)),
    "nbd": ((1.0,), (5.0,), (0.2,)),
    "bg_bb": ((1.0, 1.0, 1.0, 3.0), (0.3, 0.6, 0.3, 1.0), (3.0, 3.0, 2.0, 20.0)),
}
YEAR_WEEKS = 52.0  # without any time observed, half a purchase a year is expected
FLAT = 1e-6  # a slope per customer and log parameter that counts as none
MOST_FOR_ALL = 20_000  # customers; above, a Pareto/NBD costs as much time as all the rest
NEWTON_STEPS = 6
LONGEST_STEP = 0.5  # of a log parameter; the curvature tells no more than its surroundings
LEAST_GAIN = 0.01  # of the log-likelihood over NBD: less is not dropout but rounding
WIDEST_LOG_SD = 10.0  # a direction that the data leave open is as wide as this on the log scale


@dataclass(frozen=True)
class _Found:
    """Where a fit ended, on scaled time: value and curvature are those of one customer."""

    name: ModelName
    point: Floats
    value: float
    curvature: Floats
    is_flat: bool


@one_thread
def fit(x: Floats, t_x: Floats, T: Floats, wanted: Wanted) -> PurchaseModel:
    """Fit the wanted model, or with "auto" the likeliest of BG/NBD, MBG/NBD and Pareto/NBD.

    Of more customers than MOST_FOR_ALL Pareto/NBD, which is slow to fit, must be asked for.

    To repeat purchases `x`, recency `t_x` and age `T` (weeks); customers with T = 0 tell nothing.
    Where the fit does not converge, or no dropout can be identified, the next simpler model is
    returned, and `is_fallback` and `notes` say so.
    """
    observed = T > 0  # a first purchase on the last day says nothing about what follows it
    x, t_x, T = x[observed], t_x[observed], T[observed]
    if x.sum() == 0:
        return _without_repeats(T, is_fallback=wanted != "nbd")
    histories = cells(x, t_x, T)
    scale = float(T.max())
    scaled = Histories(histories.x, histories.t_x / scale, histories.T / scale, histories.weight)
    nbd = _found("nbd", scaled)
    if wanted == "nbd":
        return _as_model(nbd, histories, scale)
    notes: list[Note] = []
    for names in _in_order(wanted, histories.n_customers):
        good = []
        for name in names:
            found = _found(name, scaled)
            note = _fault(found, nbd, histories.n_customers)
            if note is None:
                good.append(found)
            else:
                notes.append(note)
        if good:
            best = max(good, key=lambda found: found.value)
            return replace(
                _as_model(best, histories, scale),
                is_fallback=wanted not in {"auto", best.name},
                notes=() if wanted in {"auto", best.name} else tuple(dict.fromkeys(notes)),
            )
        if "did_not_converge" not in notes:
            break  # no dropout in one is none in a simpler one
    return replace(
        _as_model(nbd, histories, scale), is_fallback=True, notes=tuple(dict.fromkeys(notes))
    )


def _in_order(wanted: Wanted, n_customers: float) -> list[tuple[ModelName, ...]]:
    either: tuple[ModelName, ...] = ("bg_nbd", "mbg_nbd")
    if wanted == "pareto_nbd":
        return [("pareto_nbd",), either]
    if wanted == "auto":
        return [(*either, "pareto_nbd") if n_customers <= MOST_FOR_ALL else either]
    return [(wanted,)]


def fit_counted(x: Floats, t_x: Floats, n: Floats) -> PurchaseModel:
    """Fit BG/BB to `x` purchases, the last at opportunity `t_x`, of `n` opportunities each.

    A fit that does not converge is returned as it ended, with its note.
    """
    observed = n > 0
    histories = cells(x[observed], t_x[observed], n[observed])
    found = _found("bg_bb", histories)
    notes: tuple[Note, ...] = () if found.is_flat else ("did_not_converge",)
    return replace(_as_model(found, histories, 1.0), notes=notes)


def _without_repeats(T: Floats, *, is_fallback: bool) -> PurchaseModel:
    """Return NBD after no repeat purchase: half an event in all the time observed, and a year."""
    return PurchaseModel(
        name="nbd", parameters={"r": 0.5, "alpha": float(T.sum()) + YEAR_WEEKS}, log_likelihood=0.0,
        n_customers=len(T), is_fallback=is_fallback, notes=("no_repeats",),
    )  # fmt: skip


def _fault(found: _Found, nbd: _Found, n_customers: float) -> Note | None:
    if not (found.value - nbd.value) * n_customers > LEAST_GAIN:
        return "dropout_not_identified"
    return None if found.is_flat else "did_not_converge"


def _found(name: ModelName, histories: Histories) -> _Found:
    """Return the first fit that converges, of several seeded starts; else the likeliest."""
    slope = likelihood.of(name, histories)

    def down(point: Floats) -> tuple[float, Floats]:
        value, gradient = slope(point)
        return (-value, -gradient) if np.isfinite(value) else (np.inf, np.zeros_like(point))

    def curved(point: Floats) -> Floats:
        return -likelihood.curvature(slope, point)

    tries: list[_Found] = []
    for start in STARTS[name]:
        point, bent = estimator.minimised(
            FITTERS[name], down, curved, _start(name, start, histories)
        )
        tries.append(_polished(name, slope, point, bent, histories.n_customers))
        if tries[-1].is_flat:
            return tries[-1]
    return max(tries, key=lambda found: found.value)


def _start(name: ModelName, numbers: tuple[float, ...], histories: Histories) -> Floats:
    if name == "bg_bb":
        return np.log(numbers)
    r, dropout = numbers[0], list(numbers[1:])
    weight = histories.weight
    rate = (weight @ histories.x) / (weight @ np.maximum(histories.t_x, histories.T / 2))
    if name == "pareto_nbd":
        dropout[1] *= float(weight @ histories.T / weight.sum())
    return np.asarray(np.log(np.array([r, r / rate, *dropout], dtype=float)))


def _polished(
    name: ModelName, slope: likelihood.Slope, point: Floats, bent: Floats, n_customers: float
) -> _Found:
    """Take Newton's steps while they flatten the slope; the curvature moves hardly and stays."""
    value, gradient = slope(point)
    for _ in range(NEWTON_STEPS):
        if np.abs(gradient).max() < FLAT * FLAT or not np.isfinite(bent).all():
            break
        step = _inverse(bent) @ gradient
        step *= min(1.0, LONGEST_STEP / max(np.abs(step).max(), LONGEST_STEP))
        next_value, next_gradient = slope(point + step)
        if not np.abs(next_gradient).max() < np.abs(gradient).max():
            break
        point, value, gradient = point + step, next_value, next_gradient
    is_flat = bool(np.isfinite(value) and np.abs(gradient).max() <= FLAT)
    if not is_flat and np.isfinite(value) and np.isfinite(bent).all():
        # along a ridge (customers who buy regularly: r without end) there is nothing left to gain
        left = n_customers * (gradient @ _inverse(bent) @ gradient) / 2
        is_flat = bool(abs(left) < LEAST_GAIN)
    return _Found(name, point, value, bent, is_flat)


def _inverse(curvature: Floats) -> Floats:
    """Return the inverse of what should be positive definite, and bounded where it is flat."""
    curved, directions = np.linalg.eigh(curvature)
    flattest = max(float(curved.max()), 1.0) / WIDEST_LOG_SD**4
    return np.asarray((directions / np.maximum(curved, flattest)) @ directions.T)


def _as_model(found: _Found, histories: Histories, scale: float) -> PurchaseModel:
    parameters = dict(zip(SYMBOLS[found.name], np.exp(found.point).tolist(), strict=True))
    for time in {"alpha", "beta"} & set(parameters) if found.name != "bg_bb" else ():
        parameters[time] *= scale
    n = histories.n_customers
    purchases = float(histories.weight @ histories.x)
    curved, directions = np.linalg.eigh(n * found.curvature)
    variances = 1 / np.maximum(curved, WIDEST_LOG_SD**-2)
    return PurchaseModel(
        name=found.name,
        parameters=parameters,
        log_likelihood=float(n * found.value - purchases * np.log(scale)),
        covariance=(directions * variances) @ directions.T,
        n_customers=round(n),
        n_cells=len(histories.x),
    )
