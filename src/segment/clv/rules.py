"""How far the forecast looks, what money later is worth now, and which models are used."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from segment import checks, clock
from segment.errors import ConfigError

NARROWEST, WIDEST = 0.5, 0.99  # a narrower range says little, a wider one cannot be checked
MODELS = ("auto", "bg_nbd", "mbg_nbd", "pareto_nbd", "nbd")


@dataclass(frozen=True, kw_only=True)
class ClvRules:
    """The rules of the forecast; `special_days` are days by name, such as 2026-11-11 or a/b."""

    horizon_days: int = 365
    discount_rate_annual: float = 0.10
    margin_rate: float = 0.30
    purchase_model: Literal["auto", "bg_nbd", "mbg_nbd", "pareto_nbd", "nbd"] = "auto"
    spend_basis: Literal["all", "repeat"] = "all"
    seasons: bool = True
    special_days: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    interval: float = 0.80
    n_draws: int = 50
    seed: int = 2026

    def __post_init__(self) -> None:
        checks.whole(self, "horizon_days", least=1)
        checks.share(self, "discount_rate_annual")
        checks.one_of(self, "purchase_model", MODELS)
        checks.one_of(self, "spend_basis", ("all", "repeat"))
        checks.switch(self, "seasons")
        clock.special_days(self.special_days)
        checks.whole(self, "n_draws", least=2)
        checks.whole(self, "seed", least=0)
        checks.share(self, "interval")
        if not NARROWEST <= self.interval <= WIDEST:
            raise ConfigError(
                f"interval is {self.interval}; it lies between {NARROWEST} and {WIDEST}."
            )
        if not (checks.is_number(self.margin_rate) and -1 <= self.margin_rate <= 1):
            raise ConfigError(
                f"margin_rate is {self.margin_rate!r}; it is a share of the price from -1 to 1."
            )
