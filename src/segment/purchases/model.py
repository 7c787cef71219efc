"""A fitted purchase model: its parameters, how sure they are, and what happened in the fit.

Parameters are positive, so uncertainty is kept on their logarithms, where the likelihood is nearly
normal; on the natural scale the covariance is that times theta_i theta_j (the delta method).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from segment import uncertainty

Floats = NDArray[np.float64]
ModelName = Literal["bg_nbd", "mbg_nbd", "pareto_nbd", "bg_bb", "nbd"]
Note = Literal["dropout_not_identified", "did_not_converge", "no_repeats"]

SYMBOLS: dict[ModelName, tuple[str, ...]] = {
    "bg_nbd": ("r", "alpha", "a", "b"),
    "mbg_nbd": ("r", "alpha", "a", "b"),
    "pareto_nbd": ("r", "alpha", "s", "beta"),
    "bg_bb": ("alpha", "beta", "gamma", "delta"),
    "nbd": ("r", "alpha"),
}


@dataclass(frozen=True, kw_only=True)
class PurchaseModel:
    """A purchase model with its parameters in the order of SYMBOLS.

    Time is in weeks; for bg_bb it is counted in opportunities, and T is their number.
    log_likelihood is that of the data as they are, comparable between models. covariance is that
    of the logarithms of the parameters; None where nothing was estimated. notes say why a fit
    ended with another model than the wanted one.
    """

    name: ModelName
    parameters: Mapping[str, float]
    log_likelihood: float = 0.0
    covariance: Floats | None = field(default=None, compare=False)
    n_customers: int = 0
    n_cells: int = 0
    is_fallback: bool = False
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        if tuple(self.parameters) != SYMBOLS[self.name]:
            raise ValueError(f"{self.name} has the parameters {', '.join(SYMBOLS[self.name])}.")

    @property
    def values(self) -> tuple[float, ...]:
        """The parameters without their symbols, in order."""
        return tuple(self.parameters.values())

    @property
    def log_standard_errors(self) -> dict[str, float]:
        """The standard error of each parameter's logarithm: about the relative error."""
        return uncertainty.log_errors(self.parameters, self.covariance)

    @property
    def intervals(self) -> dict[str, tuple[float, float]]:
        """The 95% interval of each parameter, symmetric on the log scale and so above 0."""
        return uncertainty.intervals(self.parameters, self.log_standard_errors)

    @property
    def natural_covariance(self) -> Floats | None:
        """The covariance of the parameters themselves."""
        return (
            None
            if self.covariance is None
            else np.outer(self.values, self.values) * self.covariance
        )


def sampled(model: PurchaseModel, n: int, seed: int) -> list[PurchaseModel]:
    """Draw `n` models from what the data leave open; without a covariance all are the model."""
    if model.covariance is None:
        return [model] * n
    rows = uncertainty.drawn(model.values, model.covariance, n, seed).tolist()
    return [
        replace(model, parameters=dict(zip(model.parameters, row, strict=True))) for row in rows
    ]
