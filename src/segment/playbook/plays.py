"""The plays: occasions, each with its answer, the most urgent first, and what labels may spend.

Source: Peppers and Rogers (keep MVCs, grow MGCs, turn BZCs round).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from segment import checks
from segment.errors import ConfigError, listed, nearest
from segment.playbook.budgets import USUAL_BUDGET
from segment.text import phrases


def _reasons() -> list[str]:
    """Return the codes that have words, since an action without words cannot be shown."""
    keys = (key.split(".") for key in phrases("en"))
    return [key[2] for key in keys if key[:2] == ["playbook", "reason"] and key[3] == "what"]


@dataclass(frozen=True, kw_only=True)
class Play:
    """An occasion and its answer: `when` all its columns hold one of their codes, act.

    `reason` has its words in `locale/*/playbook.toml`. `due_days` are days after as_of; `stake`
    is the column with the money at stake. A true or false column has the codes "true" and
    "false".
    """

    reason: str
    when: dict[str, tuple[str, ...]]
    due_days: int
    stake: str

    def __post_init__(self) -> None:
        known = _reasons()
        if self.reason not in known:
            raise ConfigError(
                f"reason is {self.reason!r}, which has no words"
                f"{nearest(str(self.reason), known)}. It is one of {listed(known, 20)}."
            )
        if not self.when or not all(self.when.values()):
            raise ConfigError(
                f"when of the play '{self.reason}' is {self.when!r}; it must name a label and its "
                'codes, such as when = { value_group = ["MVC"] }.'
            )
        checks.whole(self, "due_days", least=0)
        checks.text(self, "stake")


SILENT = ("sleeping", "lost")
STILL_THERE = ("active", "won_back", "new", "sleeping")
NOT_KEPT: dict[str, tuple[str, ...]] = {"value_group": ("BZC",), "is_kept": ("false",)}
USUAL_PLAYS = (
    Play(
        reason="mvc_silent",
        when={"value_group": ("MVC",), "lifecycle_state": SILENT},
        due_days=7,
        stake="revenue_last_year",
    ),
    Play(
        reason="key_silent",
        when={"abc_class": ("A",), "lifecycle_state": SILENT},
        due_days=14,
        stake="revenue_last_year",
    ),
    Play(
        reason="arrears_act",
        when={"arrears": ("act",)},
        due_days=7,
        stake="arrears_amount",
    ),
    Play(
        reason="watch_alarm",
        when={"watch": ("alarm",), "lifecycle_state": (*STILL_THERE, "lost")},
        due_days=7,
        stake="revenue_last_year",
    ),
    Play(
        reason="exception_ends",
        when={"value_group": ("BZC",), "exception_state": ("expires_soon", "expired")},
        due_days=30,
        stake="actual_value",
    ),
    Play(
        reason="bzc_on_watch",
        when=NOT_KEPT | {"is_on_watch": ("true",)},
        due_days=60,
        stake="actual_value",
    ),
    Play(reason="bzc", when=NOT_KEPT, due_days=30, stake="actual_value"),
    Play(
        reason="mgc",
        when={"value_group": ("MGC",), "lifecycle_state": STILL_THERE},
        due_days=30,
        stake="expected_growth",
    ),
    Play(
        reason="star",
        when={"star": ("star",), "lifecycle_state": STILL_THERE},
        due_days=30,
        stake="likely_revenue",
    ),
    Play(
        reason="won_back",
        when={"lifecycle_state": ("won_back",)},
        due_days=14,
        stake="actual_value",
    ),
    Play(reason="new", when={"lifecycle_state": ("new",)}, due_days=14, stake="actual_value"),
    Play(reason="mvc", when={"value_group": ("MVC",)}, due_days=90, stake="actual_value"),
)


CLOSE_ENOUGH = 1e-9  # shares that add up to 1


@dataclass(frozen=True, kw_only=True)
class PlaybookRules:
    """The plays, the most urgent first, and `budget`: which share of the money each code may have.

    The shares of a label add up to 1.
    """

    plays: tuple[Play, ...] = USUAL_PLAYS
    budget: Mapping[str, Mapping[str, float]] = field(
        default_factory=lambda: MappingProxyType(USUAL_BUDGET)
    )

    def __post_init__(self) -> None:
        reasons = [play.reason for play in self.plays]
        if not reasons or len(set(reasons)) < len(reasons):
            raise ConfigError(
                f"plays are {listed(reasons, 20) or 'none'}; there must be one or more, each once."
            )
        for label, shares in self.budget.items():
            numbers = list(shares.values())
            good = all(checks.is_number(one) and 0 <= one <= 1 for one in numbers)
            if not good or abs(sum(numbers) - 1) > CLOSE_ENOUGH:
                raise ConfigError(
                    f"budget of {label} is {dict(shares)}; the shares of a label run from 0 to 1 "
                    "and add up to 1."
                )
