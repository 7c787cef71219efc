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
