"""Which labels have a passport, each with the rules behind it.

Another grading system gets its passports by one more line of `kinds`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from segment.config import Settings
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
from segment.text import phrase, share_as_written

GRADE = "grade"
WATCHED = ("alarm", "look")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A label, its codes that have a passport, the rules that give it, the rule in one line.

    `rests_on` are further rules behind the label, such as those of the value. `lines` finds the
    lines of a frame of customers; the lifecycle is told by the rhythm and the
    watch list by its signs, which have none.
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
    with_lines = (
        ("value_group", value_groups.LABELS, settings.value_groups, value_groups, worth),
        (settings.tiers.label, settings.tiers.labels, settings.tiers, levels, worth),
        (settings.abc.label, pareto.LABELS, settings.abc, pareto, ()),
        (settings.abc_heads.label, pareto.LABELS, settings.abc_heads, pareto, ()),
        (stars.LABEL, (stars.LABELS[0],), settings.stars, stars, (settings.abc, *worth)),
    )
    there = () if groups is None else tuple(groups.columns)
    with_lines += tuple(
        one
        for one in (
            (settings.shop_levels.label, settings.shop_levels.labels, settings.shop_levels, levels,
             ()),
            (membership.LABEL, settings.membership.labels, settings.membership, membership,
             (settings.points,)),
            (satisfaction.LABEL, satisfaction.LABELS, settings.satisfaction, satisfaction,
             (settings.survey,)),
        )
        if one[0] in there
    )
    others = (
        ("lifecycle_state", lifecycle.LABELS, settings.lifecycle, lifecycle),
        (watch_list.LABEL, WATCHED, settings.watch_list, watch_list),
    )
    return (
        *(
            Kind(
                label=label, codes=codes, rules=rules, describe=partial(scheme.describe, rules),
                lines=partial(scheme.lines, rules=rules), rests_on=rests_on,
            )
            for label, codes, rules, scheme, rests_on in with_lines
        ),
        *(
            Kind(label=label, codes=codes, rules=rules, describe=partial(scheme.describe, rules))
            for label, codes, rules, scheme in others
        ),
    )  # fmt: skip


def lines(groups: pl.DataFrame, kinds: Iterable[Kind]) -> pl.DataFrame:
    """Return the lines of all labels that have some, as `issue` and the next month read them.

    Raises:
        DataError: `groups` lacks a column that a scheme reads.
    """
    return pl.concat(kind.lines(groups) for kind in kinds if kind.lines)


def grade(rules: ProspectRules) -> Kind:
    """Return the label of prospects that has a passport."""
    return Kind(label=GRADE, codes=GRADES, rules=rules, describe=partial(_floors, rules))


def _floors(rules: ProspectRules, language: str = "en") -> str:
    a, b, c = (share_as_written(floor, language) for floor in rules.floors)
    return phrase("passport.grades", language, a=a, b=b, c=c)
