"""How far back a change is looked for, and what counts as a complaint."""

from dataclasses import dataclass

from segment import checks


@dataclass(frozen=True, kw_only=True)
class SignalRules:
    """The last days that are laid beside the year before them.

    A quarter of most customers holds too few purchases to tell less of them from chance, so a drop
    is looked for over `drop_days`. `complaint_activities` are the activities of the cost postings
    that a customer calls for.
    """

    window_days: int = 91
    drop_days: int = 182
    complaint_activities: tuple[str, ...] = ("service contact",)

    def __post_init__(self) -> None:
        checks.whole(self, "window_days", least=1)
        checks.whole(self, "drop_days", least=1)
        checks.names(self, "complaint_activities", least=1)
