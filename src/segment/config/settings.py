"""What segment.toml may say: a section for each module's rules, and labels that fit together."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from segment import exceptions
from segment.backtest import BacktestRules
from segment.behaviour import BehaviourRules
from segment.clv import ClvRules
from segment.company import Company, ReportRules
from segment.config import named, scores
from segment.crosssell import CrossSellRules
from segment.data import SourceRules
from segment.errors import ConfigError, listed, nearest
from segment.exceptions import ExceptionRules
from segment.growth import GrowthRules
from segment.playbook import PlaybookRules
from segment.points import PointRules
from segment.privacy import PrivacyRules
from segment.prospects.rules import ProspectRules
from segment.schemes import (
    credit,
    lifecycle,
    lookalike,
    matrix,
    needs,
    pareto,
    satisfaction,
    stars,
    triggers,
    value_groups,
    watch_list,
)
from segment.schemes.credit import CreditRules
from segment.schemes.levels import LevelRules
from segment.schemes.lifecycle import LifecycleRules
from segment.schemes.lookalike import LookalikeRules
from segment.schemes.matrix import MatrixRules
from segment.schemes.membership import MembershipRules
from segment.schemes.needs import NeedRules
from segment.schemes.pareto import ParetoRules
from segment.schemes.satisfaction import SatisfactionRules
from segment.schemes.scorecard import ScorecardRules
from segment.schemes.stars import StarRules
from segment.schemes.triggers import TriggerRules
from segment.schemes.value_groups import ValueGroupRules
from segment.schemes.watch_list import WatchRules
from segment.signals import SignalRules
from segment.stability import StabilityRules
from segment.staffing import StaffingRules
from segment.survey import SurveyRules
from segment.value import ValueRules


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
    matrix: MatrixRules = field(default_factory=MatrixRules)
    credit: CreditRules = field(default_factory=CreditRules)
    weighted: ScorecardRules = field(default_factory=ScorecardRules)
    card: ScorecardRules = field(default_factory=scores.card)
    attitude: ScorecardRules = field(default_factory=scores.attitude)
    loyalty: ScorecardRules = field(default_factory=scores.loyalty)
    performance: ScorecardRules = field(default_factory=scores.performance)
    potential: LevelRules = field(default_factory=named.potential)
    behaviour: LevelRules = field(default_factory=named.behaviour)
    retail_spend: LevelRules = field(default_factory=named.retail_spend)
    retail_loyalty: LevelRules = field(default_factory=named.retail_loyalty)
    retail_needs: NeedRules = field(default_factory=NeedRules)
    star_levels: LevelRules = field(default_factory=named.star_levels)
    buying: BehaviourRules = field(default_factory=BehaviourRules)
    lookalike: LookalikeRules = field(default_factory=LookalikeRules)
    crosssell: CrossSellRules = field(default_factory=CrossSellRules)
    shop_levels: LevelRules = field(default_factory=named.shop_levels)
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
    privacy: PrivacyRules = field(default_factory=PrivacyRules)
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
        credit.LABEL: credit.LABELS,
        "arrears": credit.ARREARS,
        matrix.LABEL: settings.matrix.labels,
        matrix.SHARE: settings.matrix.share_codes,
        matrix.QUANTITY: settings.matrix.quantity_codes,
        needs.LABEL: needs.LABELS,
        lookalike.LABEL: lookalike.LABELS,
        "membership_level": settings.membership.labels,
        "satisfaction_band": satisfaction.LABELS,
        "trigger": triggers.LABELS,
    }
    for section, rules, codes in (
        *((name, one, one.labels) for name, one in self_named(settings).items()),
        ("abc", settings.abc, pareto.LABELS),
        ("abc_heads", settings.abc_heads, pareto.LABELS),
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


def self_named(settings: Settings) -> dict[str, LevelRules | ScorecardRules]:
    """Return the sections whose labels and codes have the names that their rules give them."""
    levels = (
        "tiers", "potential", "behaviour", "retail_spend", "retail_loyalty", "star_levels",
        "shop_levels",
    )  # fmt: skip
    return {name: getattr(settings, name) for name in levels} | scored(settings)


def scored(settings: Settings) -> dict[str, ScorecardRules]:
    """Return the weighted scores by their sections."""
    names = ("weighted", "card", "attitude", "loyalty", "performance")
    return {name: getattr(settings, name) for name in names}


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
