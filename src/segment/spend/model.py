"""A fitted spend model, and what it expects of a customer whose purchases are known."""

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from segment import uncertainty

Floats = NDArray[np.float64]

LEAST_Q_ABOVE = 1.05  # nearer to 1 the mean of all customers runs away


@dataclass(frozen=True, kw_only=True)
class SpendModel:
    """A fitted model; gamma and `mean`, a customer's mean spend on average, are money.

    `slope` is the power of the number of purchases with which a customer's mean grows, 0 where
    spend and frequency are independent as the model assumes; `scale` keeps `mean` the average.
    covariance is that of log p, log q, log gamma. With the name "mean" spend does not differ
    enough, or too few customers bought, for a gamma-gamma: everyone's own mean is the forecast.
    """

    name: Literal["gamma_gamma", "mean"]
    p: float
    q: float
    gamma: float
    mean: float
    n_customers: int
    log_likelihood: float
    slope: float = 0.0
    scale: float = 1.0
    covariance: Floats | None = field(default=None, compare=False)

    @property
    def parameters(self) -> dict[str, float]:
        """The parameters by their symbols."""
        if self.name == "mean":
            return {"mean": self.mean}
        own = {"p": self.p, "q": self.q, "gamma": self.gamma}
        return own | ({"slope": self.slope} if self.slope else {})

    @property
    def log_standard_errors(self) -> dict[str, float]:
        """The standard error of each logarithm: about the relative error."""
        return uncertainty.log_errors(("p", "q", "gamma"), self.covariance)

    @property
    def intervals(self) -> dict[str, tuple[float, float]]:
        """The 95% interval of each parameter that has one."""
        return uncertainty.intervals(self.parameters, self.log_standard_errors)


def expected(
    model: SpendModel, weight: Floats, mean: Floats, usual: Floats | float = 1.0
) -> Floats:
    """Return the spend expected per purchase, in money.

    `weight` purchases of a spend of `mean` count as evidence; before them, `usual` times
    everybody's mean is expected. A mean below zero (refunds above purchases) counts as zero.
    """
    own = np.maximum(np.nan_to_num(mean), 0.0)
    if model.name == "mean":
        return np.where(weight > 0, own, model.mean)
    trust = model.p * weight / (model.p * weight + model.q - 1)
    return np.asarray((1 - trust) * model.mean * usual + trust * own)


def scaled(model: SpendModel, times: float) -> SpendModel:
    """Return the model of purchases that bring so many times as much; of none for 0."""
    if times <= 0:
        return SpendModel(
            name="mean", p=0.0, q=0.0, gamma=0.0, mean=0.0, n_customers=model.n_customers,
            log_likelihood=0.0,
        )  # fmt: skip
    return replace(model, gamma=model.gamma * times, mean=model.mean * times)


def sampled(model: SpendModel, n: int, seed: int) -> list[SpendModel]:
    """Draw `n` models from what the data leave open: normal on the log parameters."""
    if model.covariance is None:
        return [model] * n
    values = (model.p, model.q, model.gamma)
    models = []
    for p, q, gamma in uncertainty.drawn(values, model.covariance, n, seed).tolist():
        q_above = max(q, LEAST_Q_ABOVE)
        models.append(replace(model, p=p, q=q_above, gamma=gamma, mean=p * gamma / (q_above - 1)))
    return models
