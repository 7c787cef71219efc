"""ABC: who brings most of the money, by cumulative amount or by heads; and its concentration.

The two ways are two systems and are not mixed. By amount, A is the smallest set of customers
that holds 80% of the money; by heads, A is the top 5% of the customers. A class changes only when
its line is passed by a margin. Source: Pareto, *Cours d'economie politique*; ABC analysis after
Dickie, "ABC Inventory Analysis Shoots for Dollars".
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
    "heads"; left empty they are the usual ones of each, 80/15/5 and 5/15/80. `margin` is the share
    of a line by which it must be passed before last month's class changes, and `grace_months` how
    many months a fall must have been due before.
    """

    by: Literal["amount", "heads"] = "amount"
    column: str = "revenue_last_year"
    label: str = "abc_class"
    shares: tuple[float, ...] = ()
    margin: float = 0.20
    grace_months: int = 0

    def __post_init__(self) -> None:
        checks.text(self, "column", "label")
        checks.one_of(self, "by", tuple(USUAL_SHARES))
        if self.label == self.column:
            raise ConfigError(f"label is {self.label!r}, the column that it is made from.")
        if self.shares:
            checks.shares(self, "shares", LABELS)
        checks.share(self, "margin")
        checks.whole(self, "grace_months", least=0)

    @property
    def lines(self) -> tuple[float, ...]:
        """The shares of A, B and C."""
        return self.shares or USUAL_SHARES[self.by]


def needs(rules: ParetoRules) -> tuple[str, ...]:
    """Return the columns that `assign` reads."""
    return (rules.column,)


def lines(frame: pl.DataFrame, rules: ParetoRules) -> pl.DataFrame:
    """Return the lines of A and B: label, code, column and at; an amount just `at` passes.

    Raises:
        DataError: `frame` lacks the column, or the column holds no numbers.
    """
    return cuts.line_frame(*_kind(rules), _lines(_values(frame, rules), rules))


def assign(
    frame: pl.DataFrame,
    rules: ParetoRules,
    before: pl.DataFrame | None = None,
    lines: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Add the class by the lines alone, and last the class A, B or C; an unknown amount gets none.

    Ties at a line all pass it. A customer who brought nothing, or less than nothing, is C. `before`
    is last month's frame with its classes, which stay within the margin. `lines` are other lines
    than the frame's own, such as last month's; those of another rule leave the class unknown.

    Raises:
        DataError: `frame` lacks the column, or the column holds no numbers; a frame lacks
            customer_id where there is a month before, or that month holds a customer twice.
    """
    values = _values(frame, rules)
    return cuts.labelled(
        frame,
        values,
        _lines(values, rules) if lines is None else cuts.read_lines(lines, *_kind(rules)),
        cuts.last_month(frame, before, rules.label, LABELS),
        label=rules.label,
        labels=LABELS,
        margin=rules.margin,
        grace_months=rules.grace_months,
    )


def _values(frame: pl.DataFrame, rules: ParetoRules) -> pl.Series:
    cuts.require_numbers(frame, needs(rules), by="pareto")
    return cuts.amounts(frame, rules.column)


def _lines(values: pl.Series, rules: ParetoRules) -> list[int | None]:
    find = cuts.money_lines if rules.by == "amount" else cuts.head_lines
    return find(values, rules.lines[:-1])


def _kind(rules: ParetoRules) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return what tells these lines from others: the label, the codes, the columns compared."""
    codes = LABELS[:-1]
    return rules.label, codes, (rules.column,) * len(codes)


def describe(rules: ParetoRules, language: str = "en") -> str:
    """Say the rule in one line, with its numbers.

    Raises:
        ConfigError: There is no such language.
    """
    a, b, c = (share_as_written(share, language) for share in rules.lines)
    column = word("scheme.column", rules.column, language)
    rule = phrase(f"scheme.pareto.by_{rules.by}", language, column=column, a=a, b=b, c=c)
    return cuts.with_margin(rule, rules.margin, rules.grace_months, language)


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
