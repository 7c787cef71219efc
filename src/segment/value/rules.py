"""What is declared of margins and of the cost to serve; finance sets it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from segment import checks
from segment.errors import ConfigError

COUNTED = ("order", "line", "return")  # what the transactions themselves tell of the work


@dataclass(frozen=True, kw_only=True)
class ValueRules:
    """Margins by family, prices of activities, and how much of the past counts.

    `tariff` is what an activity costs each time: an order, a line or a return, counted from the
    transactions, or a posted activity, whose price then stands in place of the posted amounts.
    `follows_orders` names the posted activities that come with orders; the others go on with the
    calendar, and those not named are told by their days. `financing_rate_annual` is what
    money owed after its due day costs a year. `usual_cost_share` is the share of the revenue that
    serving costs where nothing is known of it; at 0 the cost is then unknown.
    """

    cost_window_days: int = 1095
    family_margins: Mapping[str, float] = field(default_factory=dict)
    tariff: Mapping[str, float] = field(default_factory=dict)
    follows_orders: tuple[str, ...] = ()
    financing_rate_annual: float = 0.0
    usual_cost_share: float = 0.0

    def __post_init__(self) -> None:
        checks.whole(self, "cost_window_days", least=1)
        checks.share(self, "financing_rate_annual")
        checks.share(self, "usual_cost_share")
        for name, rate in self.family_margins.items():
            if not checks.is_number(rate) or not -1 <= rate <= 1:
                raise ConfigError(
                    f"family_margins of '{name}' is {rate!r}; it is a share of the price, -1 to 1."
                )
        for name, price in self.tariff.items():
            if not checks.is_number(price) or price < 0:
                raise ConfigError(
                    f"tariff of '{name}' is {price!r}; it is money for each time, 0 or more."
                )
