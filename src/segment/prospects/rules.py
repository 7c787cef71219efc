"""What the model of prospects may see and must have, and over which time it looks."""

from dataclasses import dataclass, field

from segment import checks
from segment.errors import ConfigError, listed
from segment.prospects.grades import GradeRules

GRADES = ("A", "B", "C", "D")


@dataclass(frozen=True, kw_only=True)
class ProspectRules:
    """What the model may see, and what the grades stand on (`grades`).

    The horizon comes from the data unless `horizon_days` says otherwise: it is long enough for
    `horizon_share` of the wins.
    """

    grades: GradeRules = field(default_factory=GradeRules)
    horizon_days: int | None = None
    # A list is worked until it closes: a horizon that misses one win in ten is ten percent low.
    horizon_share: float = 0.95
    allow: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    actionable: tuple[str, ...] = ()
    # What Dynamics 365 asks for before it grades at all: 40 won and 40 lost.
    min_won: int = 40
    min_lost: int = 40
    interval_share: float = 0.90
    seed: int = 20_240_229

    def __post_init__(self) -> None:
        for name in ("horizon_share", "interval_share"):
            checks.share(self, name)
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
        if both := set(self.allow) & set(self.late):
            raise ConfigError(
                f"allow and late both name {listed(sorted(both))}; a field is let in or declared "
                "late, not both."
            )

    @property
    def floors(self) -> tuple[float, float, float]:
        """The floors of A, B and C where the chance decides."""
        return self.grades.floors
