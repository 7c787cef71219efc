"""What is declared of the work: customers for one person, by class, and who does it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from segment import checks
from segment.errors import ConfigError

Ratio = float | tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class StaffingRules:
    """How many customers of each class one person looks after: a number, or from and to.

    `label` is the class that decides. Customers of `personal` classes are looked after by a person;
    the others by mass service, which nobody is assigned to. `roles` do the work, each for the
    classes that it names, in a full week of `full_week_hours`. `slack_share` is how far above an
    even load a person may go before customers are moved away. `head_cost_yearly` is what one more
    person costs a year; at 0 it is unknown.
    """

    label: str = "key_class"
    customers_per_head: Mapping[str, Ratio] = field(
        default_factory=lambda: MappingProxyType({"A": 1.0, "B": 2.0, "C": (3.0, 5.0)})
    )
    personal: tuple[str, ...] = ("A", "B")
    roles: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: MappingProxyType({"sales": ("A", "B", "C"), "key accounts": ("A",)})
    )
    full_week_hours: float = 40.0
    slack_share: float = 0.10
    head_cost_yearly: float = 0.0

    def __post_init__(self) -> None:
        checks.text(self, "label")
        checks.names(self, "personal", least=1)
        checks.share(self, "slack_share")
        checks.above(self, "full_week_hours", 0)
        cost = self.head_cost_yearly
        if not checks.is_number(cost) or cost < 0:
            raise ConfigError(f"head_cost_yearly is {cost!r}; it is money a year, 0 or more.")
        for code in self.customers_per_head:
            low, high = self.ratio(code)
            if not 0 < low <= high:
                raise ConfigError(
                    f"customers_per_head of '{code}' is {self.customers_per_head[code]!r}; it is a "
                    "number above 0, or two of them, the smaller one first."
                )
        if not self.roles:
            raise ConfigError("roles is empty; name who looks after customers, and which classes.")
        for name, codes in (("personal", self.personal), *self.roles.items()):
            unknown = [code for code in codes if code not in self.customers_per_head]
            if unknown:
                raise ConfigError(
                    f"'{name}' names the class '{unknown[0]}', which customers_per_head does not "
                    "have."
                )

    def ratio(self, code: str) -> tuple[float, float]:
        """Return the fewest and the most customers of a class that one person looks after."""
        ratio = self.customers_per_head[code]
        return ratio if isinstance(ratio, tuple) else (ratio, ratio)

    def load(self, code: str) -> float:
        """Return the part of a person that a customer takes, by the middle of from and to."""
        few, many = self.ratio(code)
        return 2 / (few + many)
