"""From which earlier days the forecast is made again, and how its models are told apart."""

from dataclasses import dataclass, replace
from typing import Any, cast

from segment import checks
from segment.clv import ClvRules


@dataclass(frozen=True, kw_only=True)
class BacktestRules:
    """A quarter between the origins: four of them see each season begin a forecast.

    `candidates` are purchase models, the one to prefer first: MBG/NBD, since to BG/NBD nobody who
    bought once has ever left. They compete where the forecast leaves the model open ("auto").
    `bias_slack` is how much further from the true total than the closest a candidate may be.
    Above `most_customers` a sample of them is taken.
    """

    n_origins: int = 4
    step_days: int = 91
    candidates: tuple[str, ...] = ("mbg_nbd", "pareto_nbd", "bg_nbd", "nbd")
    bias_slack: float = 0.05
    fewest_customers: int = 100
    most_customers: int = 50_000
    seed: int = 2026

    def __post_init__(self) -> None:
        checks.whole(self, "n_origins", least=1)
        checks.whole(self, "step_days", least=1)
        checks.names(self, "candidates", least=1)
        for name in self.candidates:
            with_model(ClvRules(), name)
        checks.share(self, "bias_slack")
        checks.whole(self, "fewest_customers", least=1)
        checks.whole(self, "most_customers", least=1)
        checks.whole(self, "seed", least=0)


def candidates(forecast: ClvRules, rules: BacktestRules) -> tuple[str, ...]:
    """Return the purchase models that compete: one alone where the rules name it."""
    return rules.candidates if forecast.purchase_model == "auto" else (forecast.purchase_model,)


def with_model(rules: ClvRules, name: str) -> ClvRules:
    """Return the rules of a forecast by the purchase model `name`.

    Raises:
        ConfigError: There is no such model.
    """
    return replace(rules, purchase_model=cast(Any, name))
