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
    at = _line(frame, rules) if lines is None else lines.filter(label=LABEL)["at"].item()
    is_star = _passes(frame, rules, at)
    kept = is_star
    if before is not None:
        was = before.filter(pl.col(LABEL).cast(pl.String) == "star")["customer_id"]
        is_near = _passes(frame, rules, None if at is None else at * (1 - rules.margin))
        kept = is_star | (is_near & frame["customer_id"].is_in(was.implode()))
    return frame.drop(LABEL, strict=False).with_columns(
        star_by_line=_labelled(is_star), star=_labelled(kept)
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


def _passes(frame: pl.DataFrame, rules: StarRules, at: float | None) -> pl.Series:
    """Tell who is C and on the line or above it; null where that is unknown."""
    classes, likely = _class(frame, rules), cuts.amounts(frame, rules.by)
    unknown = classes.is_null() | likely.is_null() | cuts.amounts(frame, rules.column).is_null()
    passes = likely >= round(at * cuts.MILLION) if at is not None else likely.is_null()
    return ((classes == "C") & passes).set(unknown, None)


def _labelled(is_star: pl.Series) -> pl.Series:
    codes = pl.Series(LABELS, dtype=pl.Enum(LABELS))
    return codes.gather((~is_star).cast(pl.UInt32))


def describe(rules: StarRules, language: str = "en") -> str:
    """Say the rule in one line, with its numbers.

    Raises:
        ConfigError: There is no such language.
    """
    return phrase(
        "scheme.stars.rule",
        language,
        column=word("scheme.column", rules.by, language),
        near=share_as_written(rules.near, language),
        share=share_as_written(rules.share, language),
    )
