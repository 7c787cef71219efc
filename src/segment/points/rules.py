"""How points are earned, how long they last, and how soon an expiry is told."""

from dataclasses import dataclass, field

from segment import checks
from segment.errors import ConfigError

REFERRAL = "referral"


@dataclass(frozen=True, kw_only=True)
class PointRules:
    """Points for each currency unit and each activity, and after how many months they expire.

    `activity_points` are the points of one activity each, by name; a referral is one of them.
    `expiry_months` of 0 lets points last for ever. `soon_days` is how many days ahead an expiry is
    told.
    """

    per_unit: float = 1.0
    activity_points: dict[str, float] = field(default_factory=lambda: {REFERRAL: 100.0})
    expiry_months: int = 12
    soon_days: int = 90

    def __post_init__(self) -> None:
        checks.above(self, "per_unit", 0)
        checks.whole(self, "expiry_months", least=0)
        checks.whole(self, "soon_days", least=1)
        if not isinstance(self.activity_points, dict) or not all(
            isinstance(name, str) and name.strip() and checks.is_number(points) and points > 0
            for name, points in self.activity_points.items()
        ):
            raise ConfigError(
                f"activity_points is {self.activity_points!r}; it gives the points of each "
                "activity, above 0, such as { referral = 100 }."
            )
