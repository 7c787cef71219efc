"""lifetimes, which fits the purchase and spend models, without its side effects.

Importing it takes a second, changes warning filters and a pandas option; fitting prints what
did not converge and warns of its own logarithms. Here it is imported when a fit needs it, quietly,
and what it changed is put back.
"""

import contextlib
import io
import warnings
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

GRADIENT_TOLERANCE = 1e-6  # per customer and log parameter, for lifetimes' minimiser
MOST_STEPS = 200  # a fit that needs more runs along a ridge and is judged where it stands


@contextlib.contextmanager
def _quietly() -> Iterator[ModuleType]:
    chained_assignment = "mode.chained_assignment"
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        import pandas as pd  # noqa: PLC0415 (a second of imports that only a fit needs)

        before = pd.get_option(chained_assignment)
        import lifetimes  # noqa: PLC0415

        try:
            yield lifetimes
        finally:
            pd.set_option(chained_assignment, before)


def fitted(fit: Callable[[ModuleType], Any]) -> Any | None:
    """Return the fitter that `fit` makes from the lifetimes module; None if it did not converge."""
    with _quietly() as lifetimes:
        try:
            return fit(lifetimes)
        except (lifetimes.utils.ConvergenceError, np.linalg.LinAlgError):
            return None


def minimised(
    fitter: str,
    slope: Callable[[Floats], tuple[float, Floats]],
    curvature: Callable[[Floats], Floats],
    start: Floats,
) -> tuple[Floats, Floats]:
    """Return where lifetimes' fitter finds `slope`'s value least, and the curvature there.

    The fitter minimises, but what we give it: value and slope exact and finite where its own
    likelihood is not, and known without tracing every operation. The point is the best that was
    seen, whether or not the minimiser is content: the caller judges by the slope.
    """
    best: list[Any] = [np.inf, np.asarray(start, dtype=float)]

    def seen(point: Floats) -> tuple[float, Floats]:
        value, gradient = slope(point)
        if value < best[0]:
            best[:] = value, np.array(point)
        return value, gradient

    def fit(lifetimes: ModuleType) -> tuple[Floats, Floats]:
        fitters = lifetimes.fitters
        instance = getattr(lifetimes, fitter, fitters.BaseFitter)()
        instance._negative_log_likelihood = _differentiable(seen, curvature)
        point, _, second = fitters.BaseFitter._fit(
            instance, (), start, len(start), False, GRADIENT_TOLERANCE, maxiter=MOST_STEPS
        )
        return point, second

    return fitted(fit) or (best[1], curvature(best[1]))


def _differentiable(
    slope: Callable[[Floats], tuple[float, Floats]], curvature: Callable[[Floats], Floats]
) -> Callable[[Floats], Any]:
    """Return the value as a function that autograd, which lifetimes uses, differentiates twice."""
    from autograd.extend import defvjp, primitive  # noqa: PLC0415

    last: list[Any] = [None, None]

    def value(point: Floats) -> float:
        found, last[1] = slope(point)
        last[0] = np.array(point)
        return found

    def gradient(point: Floats) -> Floats:
        known = np.array_equal(last[0], point)
        return np.asarray(last[1] if known else slope(point)[1])

    value, gradient = primitive(value), primitive(gradient)
    defvjp(value, lambda _, point: lambda cotangent: cotangent * gradient(point))

    def second(_: Floats, point: Floats) -> Callable[[Floats], Floats]:
        matrix = curvature(point)
        return lambda cotangent: np.asarray(cotangent @ matrix)

    defvjp(gradient, second)
    return value
