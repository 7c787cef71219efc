"""ABC: who brings most of the money, by cumulative amount or by heads; and its concentration.

The two ways are two systems and are not mixed. By amount, A is the smallest set of customers
that holds 80% of the money; by heads, A is the top 5% of the customers. Source: Pareto, *Cours
d'economie politique*; ABC analysis after Dickie, "ABC Inventory Analysis Shoots for Dollars".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import polars as pl

from segment import checks, cuts
from segment.errors import ConfigError
from segment.text import phrase, share_as_written, word

LABELS = ("A", "B", "C")
USUAL_SHARES: Mapping[str, tuple[float, ...]] = MappingProxyType(
    {"amount": (0.80, 0.15, 0.05), "heads": (0.05, 0.15, 0.80)}
)
CURVE_STEPS = 100  # points of the concentration curve: one for each hundredth of the customers


@dataclass(frozen=True, kw_only=True)
class ParetoRules:
    """What is added up, and which share of it makes A, B and C.

    `shares` are shares of the money when `by` is "amount" and of the customers when it is
    "heads"; left empty they are the usual ones of each, 80/15/5 and 5/15/80.
    """

    by: Literal["amount", "heads"] = "amount"
    column: str = "revenue_last_year"
    label: str = "abc_class"
    shares: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        checks.text(self, "column", "label")
        checks.one_of(self, "by", tuple(USUAL_SHARES))
        if self.label == self.column:
            raise ConfigError(f"label is {self.label!r}, the column that it is made from.")
        if self.shares:
            checks.shares(self, "shares", LABELS)

    @property
    def lines(self) -> tuple[float, ...]:
        """The shares of A, B and C."""
        return self.shares or USUAL_SHARES[self.by]


def needs(rules: ParetoRules) -> tuple[str, ...]:
    """Return the columns that `assign` reads."""
    return (rules.column,)


def assign(frame: pl.DataFrame, rules: ParetoRules) -> pl.DataFrame:
    """Add the class A, B or C; an unknown amount gets none.

    Ties at a line all pass it. A customer who brought nothing, or less than nothing, is C.

    Raises:
        DataError: `frame` lacks the column, or the column holds no numbers.
    """
    cuts.require_numbers(frame, needs(rules), by="pareto")
    values = cuts.amounts(frame, rules.column)
    place = cuts.by_money if rules.by == "amount" else cuts.by_heads
    places = place(values, rules.lines[:-1])
    return frame.with_columns(cuts.named(places, LABELS).alias(rules.label))


def describe(rules: ParetoRules, language: str = "en") -> str:
    """Say the rule in one line, with its numbers.

    Raises:
        ConfigError: There is no such language.
    """
    a, b, c = (share_as_written(share, language) for share in rules.lines)
    column = word("scheme.column", rules.column, language)
    return phrase(f"scheme.pareto.by_{rules.by}", language, column=column, a=a, b=b, c=c)


def concentration(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """Return which share of the customers, best first, brings which share of the amount.

    Columns: customer_share (0..1), n_customers, amount (theirs together), amount_share. The
    curve starts at nobody and ends with everybody known; where some customers cost money it
    rises above 1 before it falls back. amount_share is null when there is nothing to share.

    Raises:
        DataError: `frame` lacks the column, or the column holds no numbers.
    """
    cuts.require_numbers(frame, [column], by="concentration")
    values = cuts.amounts(frame, column).drop_nulls()
    n_customers = len(values)
    steps = range(CURVE_STEPS + 1) if n_customers else range(0)
    counts = sorted({cuts.whole_share(step / CURVE_STEPS, n_customers) for step in steps})
    sums = [0, *values.sort(descending=True).cum_sum()]
    curve = pl.DataFrame(
        {"n_customers": counts, "amount": [sums[count] / cuts.MILLION for count in counts]},
        schema={"n_customers": pl.Int64, "amount": pl.Float64},
    )
    total = pl.col("amount").last()
    return curve.select(
        customer_share=pl.col("n_customers") / n_customers,
        n_customers="n_customers",
        amount="amount",
        amount_share=pl.when(total > 0).then(pl.col("amount") / total),
    )
