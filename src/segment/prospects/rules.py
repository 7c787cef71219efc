"""What the grades of prospects mean: floors of the chance, the horizon, and what may be used."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from segment import checks
from segment.errors import ConfigError, listed, nearest

GRADES = ("A", "B", "C", "D")
Direction = Literal["rising", "falling"]
DIRECTIONS = ("rising", "falling")


@dataclass(frozen=True, kw_only=True)
class ProspectRules:
    """The lines between the grades, and what the model may see.

    A chance exactly on a floor earns the better grade; D has no floor. The horizon comes from the
    data unless `horizon_days` says otherwise: it is long enough for `horizon_share` of the wins.
    """

    a_floor: float = 0.50
    b_floor: float = 0.30
    c_floor: float = 0.15
    horizon_days: int | None = None
    # A list is worked until it closes: a horizon that misses one win in ten is ten percent low.
    horizon_share: float = 0.95
    allow: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    actionable: tuple[str, ...] = ()
    # Fields in which the chance may only rise, or only fall.
    monotone: Mapping[str, Direction] = field(default_factory=dict)
    # What Dynamics 365 asks for before it grades at all: 40 won and 40 lost.
    min_won: int = 40
    min_lost: int = 40
    interval_share: float = 0.90
    seed: int = 20_240_229

    def __post_init__(self) -> None:
        for name in ("a_floor", "b_floor", "c_floor", "horizon_share", "interval_share"):
            checks.share(self, name)
        if not 1 > self.a_floor > self.b_floor > self.c_floor > 0:
            raise ConfigError(
                f"The floors are {self.a_floor}, {self.b_floor}, {self.c_floor}; they must fall "
                "from a_floor to c_floor and lie between 0 and 1, both left out."
            )
        for name in ("horizon_share", "interval_share"):
            if getattr(self, name) in {0, 1}:
                raise ConfigError(f"{name} is {getattr(self, name)}; it lies between 0 and 1.")
        if self.horizon_days is not None:
            checks.whole(self, "horizon_days", least=1)
        for name in ("min_won", "min_lost"):
            checks.whole(self, name, least=2)
        checks.whole(self, "seed", least=0)
        for name in ("allow", "late", "actionable"):
            checks.names(self, name, least=0)
        for name, direction in self.monotone.items():
            if direction not in DIRECTIONS:
                raise ConfigError(
                    f"monotone says '{direction}' of {name}{nearest(direction, DIRECTIONS)}; it is "
                    f"{' or '.join(DIRECTIONS)}."
                )
        if both := set(self.allow) & set(self.late):
            raise ConfigError(
                f"allow and late both name {listed(sorted(both))}; a field is let in or declared "
                "late, not both."
            )

    @property
    def floors(self) -> tuple[float, float, float]:
        """The floors of A, B and C."""
        return (self.a_floor, self.b_floor, self.c_floor)
