"""How many products are offered, from which purchases, and when an offer is worth making."""

from dataclasses import dataclass

from segment import checks
from segment.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class CrossSellRules:
    """The length of a list, the days that count as lately, and how the ways are judged.

    A customer is offered `n_offers` products. The ways are judged on `holdout_days` days twice:
    the earlier ones choose the way, the last ones tell whether it beats the most popular products
    of `lately_days` days, with a range of `interval`. Fewer than `fewest_customers` who bought
    cannot judge. Of more than `most_products` products those bought by most are told apart.
    """

    n_offers: int = 5
    lately_days: int = 28
    holdout_days: int = 61
    interval: float = 0.95
    fewest_customers: int = 100
    most_products: int = 5_000
    seed: int = 2026

    def __post_init__(self) -> None:
        for name in ("n_offers", "lately_days", "holdout_days", "fewest_customers"):
            checks.whole(self, name, least=1)
        checks.whole(self, "most_products", least=2)
        checks.whole(self, "seed", least=0)
        checks.share(self, "interval")
        if not 0 < self.interval < 1:
            raise ConfigError(f"interval is {self.interval}; it lies between 0 and 1.")
