"""Which labels have a passport, each with the rules behind it.

Another grading system gets its passports by one more line of `kinds`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
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
    lookalike,
    matrix,
    membership,
    needs,
    pareto,
    satisfaction,
    scorecard,
    stars,
    triggers,
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
    tiers, abc, heads = settings.tiers, settings.abc, settings.abc_heads
    return (
        _lined("value_group", value_groups.LABELS, settings.value_groups, value_groups, *worth),
        _lined(tiers.label, tiers.labels, tiers, levels, *worth),
        _lined(abc.label, pareto.LABELS, abc, pareto),
        _lined(heads.label, pareto.LABELS, heads, pareto),
        _lined(stars.LABEL, (stars.LABELS[0],), settings.stars, stars, abc, *worth),
        *(replace(kind, is_optional=True) for kind in _optional(settings, worth)),
        _plain("lifecycle_state", lifecycle.LABELS, settings.lifecycle, lifecycle),
        _plain(watch_list.LABEL, WATCHED, settings.watch_list, watch_list),
    )


def _optional(settings: Settings, worth: tuple[Any, ...]) -> Iterator[Kind]:
    """Yield the labels that hang on tables which a company may not have, or on sections of its."""
    cells, club, content = settings.matrix, settings.membership, settings.satisfaction
    yield _lined(credit.LABEL, credit.LABELS, settings.credit, credit)
    yield _lined(matrix.SHARE, cells.share_codes, cells, matrix, find=matrix.share_lines)
    yield _lined(
        matrix.QUANTITY, cells.quantity_codes, cells, matrix, settings.clv,
        find=matrix.quantity_lines,
    )  # fmt: skip
    for section, rests_on in (
        ("potential", worth), ("behaviour", ()), ("retail_spend", ()), ("retail_loyalty", ()),
        ("star_levels", ()), ("shop_levels", ()),
    ):  # fmt: skip
        rules = getattr(settings, section)
        yield _lined(rules.label, rules.labels, rules, levels, *rests_on)
    for rules in scored(settings).values():
        yield _lined(
            rules.label, rules.labels, rules, scorecard, settings.credit,
            find=scorecard.score_lines,
        )  # fmt: skip
    yield _lined(needs.LABEL, needs.LABELS, settings.retail_needs, needs)
    yield _lined(membership.LABEL, club.labels, club, membership, settings.points)
    yield _lined(satisfaction.LABEL, satisfaction.LABELS, content, satisfaction, settings.survey)


def by_rule(settings: Settings) -> tuple[Kind, ...]:
    """Return the labels that no line of a customer's own tells: what they open is their rule."""
    cells, occasions = settings.matrix, settings.triggers
    return (
        _plain(matrix.LABEL, cells.labels, cells, matrix),
        _plain(lookalike.LABEL, lookalike.LABELS, settings.lookalike, lookalike),
        _plain(triggers.LABEL, triggers.LABELS, occasions, triggers),
        _plain("arrears", credit.ARREARS, settings.credit, credit),
    )


def _lined(
    label: str, codes: tuple[str, ...], rules: Any, scheme: Any, *rests_on: Any, find: Any = None
) -> Kind:
    """Return the kind of a label that is cut at lines."""
    return replace(
        _plain(label, codes, rules, scheme),
        lines=partial(find or scheme.lines, rules=rules),
        rests_on=rests_on,
    )


def _plain(label: str, codes: tuple[str, ...], rules: Any, scheme: Any) -> Kind:
    describe = partial(scheme.describe, rules)
    return Kind(label=label, codes=codes, rules=rules, describe=describe)


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
