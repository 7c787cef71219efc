"""Which labels have a passport, each with the rules behind it.

Another grading system gets its passports by one more line of `kinds`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from segment.config import Settings
from segment.prospects.grades import GradeRules
from segment.prospects.rules import GRADES, ProspectRules
from segment.schemes import (
    levels,
    lifecycle,
    membership,
    pareto,
    satisfaction,
    stars,
    value_groups,
    watch_list,
)
from segment.text import as_written, phrase, share_as_written

GRADE = "grade"
WATCHED = ("alarm", "look")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A label, its codes that have a passport, the rules that give it, the rule in one line.

    `rests_on` are further rules behind the label, such as those of the value. `lines` finds the
    lines of a frame of customers; the lifecycle is told by the rhythm, the
    watch list by its signs and a grade by its rules, which have none here.
    """

    label: str
    codes: tuple[str, ...]
    rules: Any
    describe: Callable[[str], str]
    lines: Callable[[pl.DataFrame], pl.DataFrame] | None = None
    rests_on: tuple[Any, ...] = ()

    @property
    def margin(self) -> float:
        """The share of a line by which a value must pass it before the label changes."""
        return float(getattr(self.rules, "margin", 0.0))

    @property
    def band(self) -> float:
        """The same where a line is a probability, in points of it (0 to 1)."""
        return float(getattr(self.rules, "bzc_band", 0.0))

    @property
    def grace_months(self) -> int:
        """The months that a fall must last before it is taken."""
        return int(getattr(self.rules, "grace_months", 0))


def kinds(settings: Settings, groups: pl.DataFrame | None = None) -> tuple[Kind, ...]:
    """Return the labels of customers that have a passport.

    Labels that not every company has, such as the level of a club, only where `groups` have them.
    """
    worth = (settings.clv, settings.value, settings.growth)
    tiers, shops, club = settings.tiers, settings.shop_levels, settings.membership
    usual = (
        _lined("value_group", value_groups.LABELS, settings.value_groups, value_groups, *worth),
        _lined(tiers.label, tiers.labels, tiers, levels, *worth),
        _lined(settings.abc.label, pareto.LABELS, settings.abc, pareto),
        _lined(settings.abc_heads.label, pareto.LABELS, settings.abc_heads, pareto),
        _lined(stars.LABEL, (stars.LABELS[0],), settings.stars, stars, settings.abc, *worth),
    )
    content = settings.satisfaction
    optional = (
        _lined(shops.label, shops.labels, shops, levels),
        _lined(membership.LABEL, club.labels, club, membership, settings.points),
        _lined(satisfaction.LABEL, satisfaction.LABELS, content, satisfaction, settings.survey),
    )
    there = () if groups is None else tuple(groups.columns)
    others = (
        ("lifecycle_state", lifecycle.LABELS, settings.lifecycle, lifecycle),
        (watch_list.LABEL, WATCHED, settings.watch_list, watch_list),
    )
    return (
        *usual,
        *(kind for kind in optional if kind.label in there),
        *(
            Kind(label=label, codes=codes, rules=rules, describe=partial(scheme.describe, rules))
            for label, codes, rules, scheme in others
        ),
    )


def _lined(label: str, codes: tuple[str, ...], rules: Any, scheme: Any, *rests_on: Any) -> Kind:
    """Return the kind of a label that is cut at lines."""
    return Kind(
        label=label, codes=codes, rules=rules, describe=partial(scheme.describe, rules),
        lines=partial(scheme.lines, rules=rules), rests_on=rests_on,
    )  # fmt: skip


def lines(groups: pl.DataFrame, kinds: Iterable[Kind]) -> pl.DataFrame:
    """Return the lines of all labels that have some, as `issue` and the next month read them.

    Raises:
        DataError: `groups` lacks a column that a scheme reads.
    """
    return pl.concat(kind.lines(groups) for kind in kinds if kind.lines)


def grade(rules: ProspectRules) -> Kind:
    """Return the label of prospects that has a passport."""
    return Kind(label=GRADE, codes=GRADES, rules=rules, describe=partial(_by, rules.grades))


def _by(rules: GradeRules, language: str = "en") -> str:
    if rules.grade_by == "capacity":
        order = phrase(f"grades.order.{rules.order_by}", language)
        return phrase("passport.grades_by_capacity", language, order=order)
    is_money = rules.grade_by == "expected_value"
    write = as_written if is_money else share_as_written
    floors = rules.value_floors if is_money else rules.floors
    a, b, c = (write(floor, language) for floor in floors)
    return phrase(f"passport.grades{'_by_value' * is_money}", language, a=a, b=b, c=c)
