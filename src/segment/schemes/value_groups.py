"""MVC, MGC, BZC: who pays for the shop, who could, and who costs it money.

`actual_value` is the margin expected if nothing changes; `growth_potential` the margin within
reach beyond it. Most valuable customers lead on the first, most growable on the second, and
below-zero customers probably cost more than they bring. Who may be below zero but is not surely so
is on watch. A group changes only when its line is passed by a margin.
Source: Peppers and Rogers, *Managing Customer Relationships*.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import polars as pl

from segment import checks, cuts
from segment.errors import ConfigError
from segment.text import as_written, phrase, share_as_written, word

LABELS = ("MVC", "MGC", "core", "BZC")
LABEL = "value_group"
LINES = ("MVC", "MGC", "BZC")  # the rest is core
P_BELOW_ZERO = "p_below_zero"


@dataclass(frozen=True, kw_only=True)
class ValueGroupRules:
    """Where the lines fall; all shares and probabilities run from 0 to 1.

    MVC are the top `mvc_share` of the customers, or the smallest set that holds
    `mvc_money_share` of all positive value. MGC are the top `mgc_share` of the rest, by the
    growth within reach weighed with its probability, or by what is within reach alone (which
    suits a history too short to learn who grows). BZC are those whose probability of costing more
    than they bring is `bzc_probability` or more; on watch are the BZC below `certain_probability`
    and all others from `watch_probability`.

    `margin` is the share of the MVC and MGC lines by which they must be passed before last month's
    group changes, `bzc_band` the same for BZC in points of the probability, and `grace_months` how
    many months a fall must have been due before.
    """

    mvc_by: Literal["customers", "money"] = "customers"
    mvc_share: float = 0.20
    mvc_money_share: float = 0.50
    mgc_by: Literal["expected_growth", "growth_potential"] = "expected_growth"
    mgc_share: float = 0.20
    bzc_probability: float = 0.50
    certain_probability: float = 0.90
    watch_probability: float = 0.215
    margin: float = 0.20
    bzc_band: float = 0.10
    grace_months: int = 0

    def __post_init__(self) -> None:
        checks.one_of(self, "mvc_by", ("customers", "money"))
        checks.one_of(self, "mgc_by", ("expected_growth", "growth_potential"))
        for name in ("mvc_share", "mvc_money_share", "mgc_share", "margin", "bzc_band"):
            checks.share(self, name)
        for name in ("bzc_probability", "certain_probability", "watch_probability"):
            checks.share(self, name)
        checks.whole(self, "grace_months", least=0)
        if not self.watch_probability <= self.bzc_probability <= self.certain_probability:
            raise ConfigError(
                f"bzc_probability is {self.bzc_probability}; it lies between watch_probability, "
                f"{self.watch_probability}, and certain_probability, {self.certain_probability}."
            )
        low, high = self.bzc_probability - self.bzc_band, self.bzc_probability + self.bzc_band
        if self.bzc_band > 0 and not (low > 0 and high <= 1):
            raise ConfigError(
                f"bzc_band is {self.bzc_band}; around bzc_probability, {self.bzc_probability}, it "
                "must stay above 0 and not pass 1, or nobody could leave or enter."
            )


def needs(rules: ValueGroupRules) -> tuple[str, ...]:
    """Return the columns that `assign` reads; also p_below_zero and value_high where they are."""
    return ("actual_value", rules.mgc_by)


@dataclass(frozen=True, kw_only=True)
class _Figures:
    """What the groups are told by, in whole millionths."""

    value: pl.Series
    growth: pl.Series
    p_below: pl.Series  # null where there is no probability of being below zero
    is_known: pl.Series


def lines(customers: pl.DataFrame, rules: ValueGroupRules) -> pl.DataFrame:
    """Return the lines of MVC, MGC and BZC: label, code, column and at.

    A value just `at` passes, but for BZC where no p_below_zero is known: its line is then an
    actual_value of 0, and BZC is below it.

    Raises:
        DataError: `customers` lacks one of the two values, or one holds no numbers.
    """
    figures = _figures(customers, rules)
    return cuts.line_frame(*_kind(figures, rules), _lines(figures, rules))


def assign(
    customers: pl.DataFrame,
    rules: ValueGroupRules,
    before: pl.DataFrame | None = None,
    lines: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Add `is_on_watch`, value_group_by_line and last `value_group` to one row per customer.

    The first line that fits wins, in the order BZC, MVC, MGC, core; ties at a line all pass
    it; nobody is MVC or MGC with nothing to show. A customer with either value unknown gets no
    group. Where p_below_zero is unknown, BZC is an actual_value below zero, without a band, and on
    watch is a BZC whose value_high is not below zero; null for a BZC without either.

    `before` is last month's frame with its groups, which stay within the margins. `lines` are other
    lines than the frame's own, such as last month's; those of another rule leave the group unknown.

    Raises:
        DataError: `customers` lacks one of the two values, or one holds no numbers; a frame lacks
            customer_id where there is a month before, or that month holds a customer twice.
    """
    figures = _figures(customers, rules)
    kind = _kind(figures, rules)
    at = _lines(figures, rules) if lines is None else cuts.read_lines(lines, *kind)
    last = cuts.last_month(customers, before, LABEL, LABELS)
    by_line = _places(figures, at, rules, None)
    return cuts.settle(
        customers.with_columns(is_on_watch=pl.lit(None, dtype=pl.Boolean)),  # before the group
        by_line,
        by_line if last is None else _places(figures, at, rules, last.place),
        last,
        label=LABEL,
        labels=LABELS,
        grace_months=rules.grace_months,
    ).pipe(_add_watch, figures, rules)


def _figures(customers: pl.DataFrame, rules: ValueGroupRules) -> _Figures:
    optional = [one for one in (P_BELOW_ZERO, "value_high") if one in customers.columns]
    cuts.require_numbers(customers, [*needs(rules), *optional], by="value_groups")
    value = cuts.amounts(customers, "actual_value")
    growth = cuts.amounts(customers, rules.mgc_by)
    return _Figures(
        value=value,
        growth=growth,
        p_below=_optional(customers, P_BELOW_ZERO),
        is_known=value.is_not_null() & growth.is_not_null(),
    )


def _optional(customers: pl.DataFrame, column: str) -> pl.Series:
    if column in customers.columns:
        return cuts.amounts(customers, column)
    return pl.repeat(None, customers.height, dtype=pl.Int128, eager=True)


def _kind(
    figures: _Figures, rules: ValueGroupRules
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return what tells these lines from others: the label, the codes, the columns compared."""
    has_p = figures.p_below.null_count() < len(figures.p_below)
    below = P_BELOW_ZERO if has_p else "actual_value"
    return LABEL, LINES, ("actual_value", rules.mgc_by, below)


def _lines(figures: _Figures, rules: ValueGroupRules) -> list[int | None]:
    known = _only(figures.value, figures.is_known)
    if rules.mvc_by == "money":
        (mvc,) = cuts.money_lines(known, [rules.mvc_money_share])
    else:
        (mvc,) = cuts.head_lines(known, [rules.mvc_share])
    (bzc,) = cuts.exact([rules.bzc_probability])
    is_bzc = _is_below(figures, cuts.band(bzc), None)
    is_mvc = cuts.passes(figures.value, cuts.band(mvc))
    is_rest = figures.is_known & ~is_bzc & ~is_mvc
    (mgc,) = cuts.head_lines(_only(figures.growth, is_rest), [rules.mgc_share])
    return [mvc, mgc, bzc if P_BELOW_ZERO in _kind(figures, rules)[-1] else 0]


def _places(
    figures: _Figures, at: list[int | None] | None, rules: ValueGroupRules, was: pl.Series | None
) -> pl.Series:
    """Return each customer's place among LABELS; `was` is last month's, within the margins.

    Of an MVC or a BZC of last month it is not known on which side of the MGC line growth was.
    """
    if at is None:
        return pl.repeat(None, len(figures.value), dtype=pl.UInt32, eager=True)
    mvc, mgc, bzc = at
    place = {label: number for number, label in enumerate(LABELS)}
    was_mvc = was_bzc = was_mgc = None
    if was is not None:
        was_bzc = was == place["BZC"]
        was_mvc = (was == place["MVC"]).set(was_bzc, None)
        was_mgc = (was == place["MGC"]).set((was == place["MVC"]) | was_bzc, None)
    is_bzc = _is_below(figures, cuts.points(bzc, rules.bzc_band), was_bzc)
    is_mvc = cuts.passes(figures.value, cuts.band(mvc, rules.margin), was_mvc)
    is_mgc = cuts.passes(figures.growth, cuts.band(mgc, rules.margin), was_mgc)
    return pl.select(
        pl.when(~figures.is_known)
        .then(None)
        .when(is_bzc)
        .then(place["BZC"])
        .when(is_mvc)
        .then(place["MVC"])
        .when(is_mgc)
        .then(place["MGC"])
        .otherwise(place["core"])
        .cast(pl.UInt32)
    ).to_series()


def _is_below(figures: _Figures, held: cuts.Band | None, was: pl.Series | None) -> pl.Series:
    """Tell who is below zero: probably, or by the value where no probability is known."""
    by_value = figures.value < 0
    return cuts.passes(figures.p_below, held, was).zip_with(figures.p_below.is_not_null(), by_value)


def _add_watch(groups: pl.DataFrame, figures: _Figures, rules: ValueGroupRules) -> pl.DataFrame:
    """Add is_on_watch before the group: who may be below zero and is not surely so."""
    certain, watch = cuts.exact([rules.certain_probability, rules.watch_probability])
    p_below, may_be_above = pl.lit(figures.p_below), _optional(groups, "value_high") >= 0
    return groups.with_columns(
        is_on_watch=pl.when(pl.col(LABEL).is_null())
        .then(None)
        .when(pl.col(LABEL) != "BZC")
        .then(p_below.fill_null(0) >= watch)
        .when(p_below.is_null())
        .then(may_be_above)
        .otherwise(p_below < certain)
    )


def _only(values: pl.Series, mask: pl.Series) -> pl.Series:
    return values.set(~mask, None)


def describe(rules: ValueGroupRules, language: str = "en") -> str:
    """Say the rule in one line, with its numbers.

    Raises:
        ConfigError: There is no such language.
    """
    share = rules.mvc_money_share if rules.mvc_by == "money" else rules.mvc_share
    rule = phrase(
        "scheme.value_groups.rule",
        language,
        bzc=share_as_written(rules.bzc_probability, language),
        certain=share_as_written(rules.certain_probability, language),
        watch=share_as_written(rules.watch_probability, language),
        mvc=phrase(
            f"scheme.value_groups.mvc_by_{rules.mvc_by}",
            language,
            share=share_as_written(share, language),
        ),
        mgc=share_as_written(rules.mgc_share, language),
        column=word("scheme.column", rules.mgc_by, language),
    )
    if rules.bzc_band > 0:
        points = as_written(float(100 * Decimal(str(rules.bzc_band))), language)
        rule = phrase("scheme.value_groups.band", language, rule=rule, points=points)
    return cuts.with_margin(rule, rules.margin, rules.grace_months, language)
