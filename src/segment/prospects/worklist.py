"""The list that people work: open prospects, best first, with reasons and what to do in words."""

import datetime as dt

import polars as pl

from segment.prospects import words
from segment.prospects.grades import WEEKS, GradeRules
from segment.prospects.rules import GRADES
from segment.schema import require

DAYS_OF_WEEK = 7
# Shown where they are there and say something of at least one lead.
OPTIONAL = ("what_to_do", "expected_value", "judged_grade", "owner", "due_on", "is_for_learning")


def worklist(
    graded: pl.DataFrame,
    most: int,
    language: str = "en",
    *,
    rules: GradeRules | None = None,
    as_of: dt.date | None = None,
    with_learning: bool = True,
) -> pl.DataFrame:
    """Return at most `most` graded open prospects of `predict`, the best first, and the learning.

    The order is that of the rules: by the chance, the expected value or the place. Below the best
    stand, unless told otherwise, the leads that are marked for learning and are not among them. A
    is due in the week after
    `as_of`, B in two, C and whoever is for learning in four. Where the model abstained nobody is
    graded and the list is empty.

    Columns, those that decide first: prospect_id, grade, close_probability, reasons (one text),
    probability_low, probability_high; what_to_do, expected_value, judged_grade, owner, due_on and
    is_for_learning where they say something; created_on.

    Raises:
        DataError: `graded` has not been graded.
    """
    goes_by = (rules or GradeRules()).goes_by
    require(graded, ["outcome", "grade", "reasons", "close_probability", goes_by],
            by="prospects.worklist")  # fmt: skip
    ordered = graded.filter(
        pl.col("outcome").cast(pl.String) == "open", pl.col("grade").is_not_null()
    ).sort(goes_by, "prospect_id", descending=[True, False], nulls_last=True)
    best = ordered.head(most)
    if with_learning and "is_for_learning" in ordered.columns:
        best = pl.concat([best, ordered.slice(most).filter("is_for_learning")])
    told = best.with_columns(
        words.reasons(best, language).list.join("; "), due_on=_due_on(best, as_of)
    )
    if "levers" in best.columns:
        said = words.levers(best, language).list.join("; ")
        told = told.with_columns(what_to_do=pl.Series(said).replace("", None))
    shown = [name for name in OPTIONAL if name in told.columns and _says(told[name])]
    return told.select(
        "prospect_id",
        "grade",
        "close_probability",
        "reasons",
        "probability_low",
        "probability_high",
        *shown,
        "created_on",
    )


def _due_on(leads: pl.DataFrame, as_of: dt.date | None) -> pl.Expr:
    """Return by when each lead is to be worked; D has no day unless it is for learning."""
    by_grade = dict(zip(GRADES, WEEKS, strict=False))
    weeks = pl.col("grade").cast(pl.String).replace_strict(by_grade, default=None)
    if "is_for_learning" in leads.columns:
        weeks = pl.when("is_for_learning").then(WEEKS[-1]).otherwise(weeks)
    day = pl.lit(as_of, dtype=pl.Date)
    return (day + pl.duration(days=weeks.cast(pl.Int64) * DAYS_OF_WEEK)).cast(pl.Date)


def _says(column: pl.Series) -> bool:
    """Tell whether a column says something: of yes or no, one yes at least."""
    return bool(column.any()) if column.dtype == pl.Boolean else column.count() > 0
