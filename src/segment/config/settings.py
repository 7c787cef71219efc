"""What segment.toml may say: a section for each module's rules, and labels that fit together."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from segment import exceptions
from segment.backtest import BacktestRules
from segment.clv import ClvRules
from segment.company import Company, ListRules, ReportRules
from segment.data import SourceRules
from segment.errors import ConfigError, listed, nearest
from segment.exceptions import ExceptionRules
from segment.growth import GrowthRules
from segment.playbook import PlaybookRules
from segment.points import PointRules
from segment.prospects.rules import ProspectRules
from segment.schemes import (
    lifecycle,
    pareto,
    satisfaction,
    stars,
    triggers,
    value_groups,
    watch_list,
)
from segment.schemes.levels import LevelRules
from segment.schemes.lifecycle import LifecycleRules
from segment.schemes.membership import MembershipRules
from segment.schemes.pareto import ParetoRules
from segment.schemes.satisfaction import SatisfactionRules
from segment.schemes.stars import StarRules
from segment.schemes.triggers import TriggerRules
from segment.schemes.value_groups import ValueGroupRules
from segment.schemes.watch_list import WatchRules
from segment.signals import SignalRules
from segment.stability import StabilityRules
from segment.staffing import StaffingRules
from segment.survey import SurveyRules
from segment.value import ValueRules

SHOP_LEVELS = LevelRules(
    column="purchases_last_year",
    label="shop_level",
    labels=("platinum", "gold", "silver", "bronze", "idle"),
    by="floors",
    floors=(24.0, 12.0, 4.0, 1.0),
    margin=0.0,  # idle is who bought nothing, exactly
)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that segment.toml says, with the defaults where it is silent."""

    company: Company = field(default_factory=Company)
    clv: ClvRules = field(default_factory=ClvRules)
    backtest: BacktestRules = field(default_factory=BacktestRules)
    value: ValueRules = field(default_factory=ValueRules)
    growth: GrowthRules = field(default_factory=GrowthRules)
    prospects: ProspectRules = field(default_factory=ProspectRules)
    tiers: LevelRules = field(default_factory=LevelRules)
    abc: ParetoRules = field(default_factory=ParetoRules)
    abc_heads: ParetoRules = field(
        default_factory=lambda: ParetoRules(by="heads", label="key_class")
    )
    value_groups: ValueGroupRules = field(default_factory=ValueGroupRules)
    lifecycle: LifecycleRules = field(default_factory=LifecycleRules)
    shop_levels: LevelRules = SHOP_LEVELS
    points: PointRules = field(default_factory=PointRules)
    membership: MembershipRules = field(default_factory=MembershipRules)
    survey: SurveyRules = field(default_factory=SurveyRules)
    satisfaction: SatisfactionRules = field(default_factory=SatisfactionRules)
    triggers: TriggerRules = field(default_factory=TriggerRules)
    stability: StabilityRules = field(default_factory=StabilityRules)
    exceptions: ExceptionRules = field(default_factory=ExceptionRules)
    stars: StarRules = field(default_factory=StarRules)
    signals: SignalRules = field(default_factory=SignalRules)
    watch_list: WatchRules = field(default_factory=WatchRules)
    playbook: PlaybookRules = field(default_factory=PlaybookRules)
    staffing: StaffingRules = field(default_factory=StaffingRules)
    lists: ListRules = field(default_factory=ListRules)
    report: ReportRules = field(default_factory=ReportRules)
    data_folder: Path = Path("data/sample")  # with a file, the file's own folder
    sources: dict[str, SourceRules] = field(default_factory=dict)
    path: Path | None = None


def check_labels(settings: Settings) -> Settings:
    """Return settings in which no two labels share a name and no play waits in vain.

    Raises:
        ConfigError: They do, or one does.
    """
    given: dict[str, tuple[str, ...]] = {
        "value_group": value_groups.LABELS,
        "lifecycle_state": lifecycle.LABELS,
        "exception_state": exceptions.STATES,
        "star": stars.LABELS,
        "watch": watch_list.LABELS,
        "membership_level": settings.membership.labels,
        "satisfaction_band": satisfaction.LABELS,
        "trigger": triggers.LABELS,
    }
    for section, rules, codes in (
        ("tiers", settings.tiers, settings.tiers.labels),
        ("abc", settings.abc, pareto.LABELS),
        ("abc_heads", settings.abc_heads, pareto.LABELS),
        ("shop_levels", settings.shop_levels, settings.shop_levels.labels),
    ):
        if rules.label in given:
            raise ConfigError(f"[{section}] has the label '{rules.label}', which another has too.")
        given[rules.label] = codes
    _check_known("[stars]", {settings.stars.class_label: ()}, given)
    _check_known("[watch_list]", settings.watch_list.key, given)
    staffing = settings.staffing
    _check_known("[staffing]", {staffing.label: list(staffing.customers_per_head)}, given)
    for play in settings.playbook.plays:
        known = {label: codes for label, codes in play.when.items() if label in given}
        _check_known(f"The play '{play.reason}'", known, given)
    return settings


def _check_known(
    who: str, wanted: Mapping[str, Sequence[str]], given: Mapping[str, Sequence[str]]
) -> None:
    for label, codes in wanted.items():
        if label not in given:
            raise ConfigError(
                f"{who} reads the label '{label}', which no system gives{nearest(label, given)}; "
                f"the labels are {listed(list(given), 12)}."
            )
        vain = [code for code in codes if code not in given[label]]
        if vain:
            raise ConfigError(
                f"{who} waits for {label} '{vain[0]}', which is never given"
                f"{nearest(vain[0], given[label])}; it is one of {listed(given[label])}."
            )


RULES: dict[str, Any] = {
    section.name: section.type
    for section in dataclasses.fields(Settings)
    if dataclasses.is_dataclass(section.type)
}
