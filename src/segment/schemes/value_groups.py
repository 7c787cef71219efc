"""MVC, MGC, BZC: who pays for the shop, who could, and who costs it money.

`actual_value` is the margin expected if nothing changes; `growth_potential` the margin within
reach beyond it. Most valuable customers lead on the first, most growable on the second, and
below-zero customers cost more than they bring. Where the value has an interval, a below-zero
customer whose upper bound is not below zero is only on watch.
Source: Peppers and Rogers, *Managing Customer Relationships*.
"""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from segment import checks, cuts
from segment.text import phrase, share_as_written, word

LABELS = ("MVC", "MGC", "core", "BZC")


@dataclass(frozen=True, kw_only=True)
class ValueGroupRules:
    """Where the lines fall; all shares run from 0 to 1.

    MVC are the top `mvc_share` of the customers, or the smallest set that holds
    `mvc_money_share` of all positive value. MGC are the top `mgc_share` of the rest, by the
    growth within reach weighed with its probability, or by what is within reach alone (which
    suits a history too short to learn who grows).
    """

    mvc_by: Literal["customers", "money"] = "customers"
    mvc_share: float = 0.20
    mvc_money_share: float = 0.50
    mgc_by: Literal["expected_growth", "growth_potential"] = "expected_growth"
    mgc_share: float = 0.20

    def __post_init__(self) -> None:
        checks.one_of(self, "mvc_by", ("customers", "money"))
        checks.one_of(self, "mgc_by", ("expected_growth", "growth_potential"))
        for name in ("mvc_share", "mvc_money_share", "mgc_share"):
            checks.share(self, name)


def needs(rules: ValueGroupRules) -> tuple[str, ...]:
    """Return the columns that `assign` reads; it reads value_high too where there is one."""
    return ("actual_value", rules.mgc_by)


def assign(customers: pl.DataFrame, rules: ValueGroupRules) -> pl.DataFrame:
    """Add `is_on_watch` and `value_group` to one row per customer.

    The first line that fits wins, in the order BZC, MVC, MGC, core; ties at a line all pass
    it; nobody is MVC or MGC with nothing to show. A customer with either value unknown gets no
    group. `is_on_watch` is true for a BZC whose value_high is not below zero, false for all
    others with a group, and null for a BZC without an upper bound.

    Raises:
        DataError: `customers` lacks one of the two values, or one holds no numbers.
    """
    cuts.require_numbers(customers, needs(rules), by="value_groups")
    value = cuts.amounts(customers, "actual_value")
    growth = cuts.amounts(customers, rules.mgc_by)
    is_known = value.is_not_null() & growth.is_not_null()
    is_bzc = is_known & (value < 0).fill_null(False)
    is_mvc = _leads(value, is_known, rules)
    is_rest = is_known & ~is_bzc & ~is_mvc
    is_mgc = _is_first(cuts.by_heads(_only(growth, is_rest), [rules.mgc_share]))
    group = (
        pl.when(~is_known)
        .then(None)
        .when(is_bzc)
        .then(pl.lit("BZC"))
        .when(is_mvc)
        .then(pl.lit("MVC"))
        .when(is_mgc)
        .then(pl.lit("MGC"))
        .otherwise(pl.lit("core"))
    )
    return customers.with_columns(
        is_on_watch=pl.when(is_bzc).then(_may_be_above(customers)).when(is_known).then(False),
        value_group=group.cast(pl.Enum(LABELS)),
    )


def _leads(value: pl.Series, is_known: pl.Series, rules: ValueGroupRules) -> pl.Series:
    known = _only(value, is_known)
    if rules.mvc_by == "money":
        return _is_first(cuts.by_money(known, [rules.mvc_money_share]))
    return _is_first(cuts.by_heads(known, [rules.mvc_share]))


def _may_be_above(customers: pl.DataFrame) -> pl.Series:
    """Tell whether the upper bound reaches zero; null where there is no bound."""
    if "value_high" not in customers.columns:
        return pl.repeat(None, customers.height, dtype=pl.Boolean, eager=True)
    cuts.require_numbers(customers, ["value_high"], by="value_groups")
    return cuts.amounts(customers, "value_high") >= 0


def _only(values: pl.Series, mask: pl.Series) -> pl.Series:
    return values.set(~mask, None)


def _is_first(places: pl.Series) -> pl.Series:
    return (places == 0).fill_null(False)


def describe(rules: ValueGroupRules, language: str = "en") -> str:
    """Say the rule in one line, with its numbers.

    Raises:
        ConfigError: There is no such language.
    """
    share = rules.mvc_money_share if rules.mvc_by == "money" else rules.mvc_share
    return phrase(
        "scheme.value_groups.rule",
        language,
        mvc=phrase(
            f"scheme.value_groups.mvc_by_{rules.mvc_by}",
            language,
            share=share_as_written(share, language),
        ),
        mgc=share_as_written(rules.mgc_share, language),
        column=word("scheme.column", rules.mgc_by, language),
    )
