"""What is within reach of whom, and how much history it takes to learn who grows."""

from dataclasses import dataclass

from segment import checks
from segment.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class GrowthRules:
    """The quantile that is within reach, and how many customers teach it.

    Within reach is what the quantile `potential_quantile` of customers alike is worth; a circle of
    fewer than `fewest_peers` is widened. Who grows is learned from `fewest_learners` or more, of
    whom a tenth have grown and a tenth have not. The seed deals customers to the folds.
    """

    potential_quantile: float = 0.80
    fewest_peers: int = 30
    fewest_learners: int = 200
    seed: int = 2026

    def __post_init__(self) -> None:
        checks.share(self, "potential_quantile")
        if not 0.5 <= self.potential_quantile < 1:  # noqa: PLR2004 (the middle is no potential)
            raise ConfigError(
                f"potential_quantile is {self.potential_quantile}; it lies from 0.5 to below 1."
            )
        checks.whole(self, "fewest_peers", least=1)
        checks.whole(self, "fewest_learners", least=1)
        checks.whole(self, "seed", least=0)
