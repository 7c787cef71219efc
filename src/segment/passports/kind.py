"""Which labels have a passport, each with the rules behind it.

Another grading system gets its passports by one more line of `kinds`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from segment.config import Settings, scored
from segment.prospects.grades import GradeRules
from segment.prospects.rules import GRADES, ProspectRules
from segment.schemes import (
    credit,
    levels,
    lifecycle,
    matrix,
    needs,
    pareto,
    scorecard,
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
    watch list by its signs and a grade by its rules, which have none here. A label that
    `is_optional` has passports where the frame has the label.
    """

    label: str
    codes: tuple[str, ...]
    rules: Any
    describe: Callable[[str], str]
    lines: Callable[[pl.DataFrame], pl.DataFrame] | None = None
    rests_on: tuple[Any, ...] = ()
    is_optional: bool = False

    @property
    def margin(self) -> float:
        """The share of a line by which a value must pass it before the label changes."""
        return float(getattr(self.rules, "margin", 0.0))

    @property
    def band(self) -> float:
        """The same where a line is a probability, in points of it (0 to 1)."""
        band = "share_band" if self.label == matrix.SHARE else "bzc_band"
        return float(getattr(self.rules, band, 0.0))

    @property
    def grace_months(self) -> int:
        """The months that a fall must last before it is taken."""
        return int(getattr(self.rules, "grace_months", 0))


def kinds(settings: Settings) -> tuple[Kind, ...]:
    """Return the labels of customers that have a passport."""
    worth = (settings.clv, settings.value, settings.growth)
    with_lines = (
        ("value_group", value_groups.LABELS, settings.value_groups, value_groups, worth),
        (settings.tiers.label, settings.tiers.labels, settings.tiers, levels, worth),
        (settings.abc.label, pareto.LABELS, settings.abc, pareto, ()),
        (settings.abc_heads.label, pareto.LABELS, settings.abc_heads, pareto, ()),
        (stars.LABEL, (stars.LABELS[0],), settings.stars, stars, (settings.abc, *worth)),
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
        *_optional(settings, worth),
        *_retail(settings),
        *(
            Kind(label=label, codes=codes, rules=rules, describe=partial(scheme.describe, rules))
            for label, codes, rules, scheme in others
        ),
    )  # fmt: skip


def _optional(settings: Settings, worth: tuple[Any, ...]) -> Iterator[Kind]:
    """Yield the labels that hang on tables which a company may not have, or on sections of its."""
    every: list[tuple[str, tuple[str, ...], Any, Any, Any, tuple[Any, ...]]] = [
        (credit.LABEL, credit.LABELS, settings.credit, credit, credit.lines, ()),
        (matrix.SHARE, settings.matrix.share_codes, settings.matrix, matrix, matrix.share_lines,
         ()),
        (matrix.QUANTITY, settings.matrix.quantity_codes, settings.matrix, matrix,
         matrix.quantity_lines, (settings.clv,)),
        (settings.potential.label, settings.potential.labels, settings.potential, levels,
         levels.lines, worth),
        (settings.behaviour.label, settings.behaviour.labels, settings.behaviour, levels,
         levels.lines, ()),
        *((one.label, one.labels, one, scorecard, scorecard.score_lines, (settings.credit,))
          for one in scored(settings).values()),
    ]  # fmt: skip
    for label, codes, rules, scheme, find, rests_on in every:
        yield Kind(
            label=label, codes=codes, rules=rules, describe=partial(scheme.describe, rules),
            lines=partial(find, rules=rules), rests_on=rests_on, is_optional=True,
        )  # fmt: skip


def _retail(settings: Settings) -> Iterator[Kind]:
    """Yield the labels of retail and of telecoms."""
    for rules in (settings.retail_spend, settings.retail_loyalty, settings.star_levels):
        yield Kind(
            label=rules.label, codes=rules.labels, rules=rules,
            describe=partial(levels.describe, rules), lines=partial(levels.lines, rules=rules),
            is_optional=True,
        )  # fmt: skip
    wanted = settings.retail_needs
    yield Kind(
        label=needs.LABEL, codes=needs.LABELS, rules=wanted,
        describe=partial(needs.describe, wanted), lines=partial(needs.lines, rules=wanted),
        is_optional=True,
    )  # fmt: skip


def there(groups: pl.DataFrame, kinds: Iterable[Kind]) -> tuple[Kind, ...]:
    """Return the kinds without those optional ones whose label `groups` does not have."""
    return tuple(kind for kind in kinds if not kind.is_optional or kind.label in groups.columns)


def lines(groups: pl.DataFrame, kinds: Iterable[Kind]) -> pl.DataFrame:
    """Return the lines of all labels that have some, as `issue` and the next month read them.

    Raises:
        DataError: `groups` lacks a column that a scheme reads.
    """
    return pl.concat(kind.lines(groups) for kind in there(groups, kinds) if kind.lines)


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
