"""What the model of prospects may see and must have, and over which time it looks."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from segment import checks
from segment.errors import ConfigError, listed
from segment.prospects.grades import GradeRules

GRADES = ("A", "B", "C", "D")
# When a field becomes known; any other word in `known` is the column of the day.
CREATION, AFTER_CLOSING = "creation", "after closing"
# Columns of the contract that are a moment already, which has a word of its own.
SAID_OTHERWISE = {"created_on": CREATION, "closed_on": AFTER_CLOSING}


@dataclass(frozen=True, kw_only=True)
class ProspectRules:
    """What the model may see, and what the grades stand on (`grades`).

    The horizon comes from the data unless `horizon_days` says otherwise: it is long enough for
    `horizon_share` of the wins. `known` says of a field when it becomes known: "creation", "after
    closing", or the column with the day. A field known after closing is not used; `allow` lets in
    one that is suspect.
    """

    grades: GradeRules = field(default_factory=GradeRules)
    horizon_days: int | None = None
    # A list is worked until it closes: a horizon that misses one win in ten is ten percent low.
    horizon_share: float = 0.95
    known: Mapping[str, str] = field(default_factory=dict)
    allow: tuple[str, ...] = ()
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
        for name in ("allow", "actionable"):
            checks.names(self, name, least=0)
        self._check_known()

    def _check_known(self) -> None:
        for name, moment in self.known.items():
            if not (isinstance(moment, str) and moment.strip() and name.strip()):
                raise ConfigError(
                    f"known says that the field '{name}' is known by {moment!r}; it is known by "
                    f'"{CREATION}", "{AFTER_CLOSING}", or the column with its day.'
                )
            if moment in SAID_OTHERWISE:
                raise ConfigError(
                    f"known says that the field '{name}' is known by {moment}; "
                    f'write "{SAID_OTHERWISE[moment]}".'
                )
        late = [name for name, moment in self.known.items() if moment == AFTER_CLOSING]
        if both := sorted(set(self.allow) & set(late)):
            raise ConfigError(
                f'known says "{AFTER_CLOSING}" of {listed(both)}, which allow lets in; a field is '
                "let in or known only after closing, not both."
            )

    @property
    def floors(self) -> tuple[float, float, float]:
        """The floors of A, B and C where the chance decides."""
        return self.grades.floors
