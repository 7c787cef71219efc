"""Tomorrow's stars: C customers who are likely to become B or A within a year.

What a customer will likely bring in a year is laid beside the line that B begins at. A star is of
class C, comes near that line or passes it, and is among the first of its class: a list that a
sales team can work, not everybody who might. A customer who was a star last month stays one while
it passes the line less `margin`, so that the list does not flicker.
"""

from dataclasses import dataclass

import polars as pl

from segment import checks, cuts
from segment.schema import require
from segment.text import phrase, share_as_written, word

LABEL = "star"
LABELS = ("star", "none")


@dataclass(frozen=True, kw_only=True)
class StarRules:
    """Whose future is looked at, and what makes a star of it; shares run from 0 to 1.

    `class_label` holds the classes A, B and C, which were cut from `column`. A star has `by`, the
    likely revenue of a year, of at least `near` times what B begins at, and is among the first
    `share` of class C.
    """

    class_label: str = "abc_class"
    column: str = "revenue_last_year"
    by: str = "likely_revenue"
    near: float = 0.80
    share: float = 0.10
    margin: float = 0.10

    def __post_init__(self) -> None:
        checks.text(self, "class_label", "column", "by")
        checks.above(self, "near", 0)
        checks.share(self, "share")
        checks.share(self, "margin")


def needs(rules: StarRules) -> tuple[str, ...]:
    """Return the columns that `assign` reads."""
    return (rules.class_label, rules.column, rules.by)


def lines(frame: pl.DataFrame, rules: StarRules) -> pl.DataFrame:
    """Return the line of a star: label, code, column and at, a value on which passes.

    It is null where nobody is B or nobody C: then there is nothing to rise to, or from.

    Raises:
        DataError: `frame` lacks a column, or one holds no numbers.
    """
    _check(frame, rules)
    return pl.DataFrame(
        {"label": [LABEL], "code": ["star"], "column": [rules.by], "at": [_line(frame, rules)]},
        schema_overrides={"at": pl.Float64},
    )


def assign(
    frame: pl.DataFrame,
    rules: StarRules,
    before: pl.DataFrame | None = None,
    lines: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Add star_by_line and `star` to one row per customer.

    `before` has customer_id and last month's `star`; `lines` are other lines than the frame's
    own. Ties at the line all pass it. With the class or a number unknown it is unknown.

    Raises:
        DataError: `frame` lacks a column, or one holds no numbers.
    """
    _check(frame, rules)
    own = (
        cuts.exact([_line(frame, rules)])
        if lines is None
        else cuts.read_lines(lines, *_kind(rules))
    )
    last = cuts.last_month(frame, before, LABEL, LABELS)
    by_line = _places(frame, rules, own, None)
    return cuts.settle(
        frame.drop(LABEL, strict=False),
        by_line,
        by_line if last is None else _places(frame, rules, own, last.place == 0),
        last,
        label=LABEL,
        labels=LABELS,
        grace_months=0,
    )


def _check(frame: pl.DataFrame, rules: StarRules) -> None:
    require(frame, needs(rules), by="stars")
    cuts.require_numbers(frame, [rules.column, rules.by], by="stars")


def _class(frame: pl.DataFrame, rules: StarRules) -> pl.Series:
    return frame[rules.class_label].cast(pl.String)


def _line(frame: pl.DataFrame, rules: StarRules) -> float | None:
    """Return what a C must be likely to bring: near the least of B, and among the first of C."""
    classes, likely = _class(frame, rules), cuts.amounts(frame, rules.by)
    begins = cuts.amounts(frame, rules.column).filter((classes == "B").fill_null(False)).min()
    of_class = likely.filter((classes == "C").fill_null(False)).drop_nulls()
    n_first = cuts.whole_share(rules.share, len(of_class))
    if not isinstance(begins, int) or not n_first:
        return None
    first = float(of_class.sort(descending=True)[n_first - 1])
    return max(begins * rules.near, first) / cuts.MILLION


def _places(
    frame: pl.DataFrame, rules: StarRules, at: list[int | None] | None, was: pl.Series | None
) -> pl.Series:
    """Return 0 for who is C and passes the line, else 1; null where that is unknown."""
    classes, likely = _class(frame, rules), cuts.amounts(frame, rules.by)
    unknown = classes.is_null() | likely.is_null() | cuts.amounts(frame, rules.column).is_null()
    if at is None:
        return pl.repeat(None, frame.height, dtype=pl.UInt32, eager=True)
    passes = cuts.passes(likely, cuts.band(at[0], rules.margin), was)
    is_star = (classes == "C").fill_null(value=False) & passes.fill_null(value=False)
    return (~is_star).cast(pl.UInt32).set(unknown, None)


def _kind(rules: StarRules) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return what tells this line from others: the label, the code, the column compared."""
    return LABEL, ("star",), (rules.by,)


def describe(rules: StarRules, language: str = "en") -> str:
    """Say the rule in one line, with its numbers.

    Raises:
        ConfigError: There is no such language.
    """
    rule = phrase(
        "scheme.stars.rule",
        language,
        column=word("scheme.column", rules.by, language),
        near=share_as_written(rules.near, language),
        share=share_as_written(rules.share, language),
    )
    return cuts.with_margin(rule, rules.margin, 0, language)
