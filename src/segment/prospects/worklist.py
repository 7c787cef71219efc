"""The list that people work: open prospects, best first, with reasons and what to do in words."""

import datetime as dt

import polars as pl

from segment import text
from segment.prospects import words
from segment.prospects.grades import WEEKS, GradeRules
from segment.prospects.rules import GRADES
from segment.schema import require
from segment.text import phrase

DAYS_OF_WEEK = 7
# Shown where they are there and say something of at least one lead.
OPTIONAL = ("what_to_do", "owner", "expected_value", "judged_grade")
LEARNING = "is_for_learning"
MOST_LEARNING = 20


def worklist(
    graded: pl.DataFrame,
    most: int,
    language: str = "en",
    *,
    rules: GradeRules | None = None,
    as_of: dt.date | None = None,
    most_learning: int = MOST_LEARNING,
) -> pl.DataFrame:
    """Return at most `most` graded open prospects of `predict`, the best first, and the learning.

    The order is that of the rules: by the chance, the expected value or the place. Below the best
    stand those marked for learning, at most `most_learning`, spread evenly over their order; with 0
    they are leads as any other. A is due in the week after `as_of`, B in two, C and whoever is for
    learning in four. Where the model abstained nobody is graded and the list is empty.

    Columns, those that decide first: prospect_id, grade, close_probability, reasons (one text),
    probability_range (in words); what_to_do, owner, expected_value and judged_grade where they say
    something; when_due (in words), due_on, is_for_learning and created_on.

    Raises:
        DataError: `graded` has not been graded.
    """
    goes_by = (rules or GradeRules()).goes_by
    require(graded, ["outcome", "grade", "reasons", "close_probability", goes_by],
            by="prospects.worklist")  # fmt: skip
    is_marked = most_learning > 0 and LEARNING in graded.columns
    ordered = (
        graded.filter(pl.col("outcome").cast(pl.String) == "open", pl.col("grade").is_not_null())
        .sort(goes_by, "prospect_id", descending=[True, False], nulls_last=True)
        .with_columns((pl.col(LEARNING) if is_marked else pl.lit(value=False)).alias(LEARNING))
    )
    learning = ordered.filter(LEARNING)
    every = max(-(-learning.height // max(most_learning, 1)), 1)
    best = pl.concat([ordered.filter(~pl.col(LEARNING)).head(most), learning.gather_every(every)])
    told = best.with_columns(
        words.brief(best, "reasons", language),
        words.between(best, language).alias("probability_range"),
        due_on=_due_on(as_of),
        when_due=_when_due(as_of, language),
    )
    if "levers" in best.columns:
        told = told.with_columns(what_to_do=words.brief(best, "levers", language))
    shown = [name for name in OPTIONAL if name in told.columns and told[name].count()]
    return told.select(
        "prospect_id",
        "grade",
        "close_probability",
        "reasons",
        "probability_range",
        *shown,
        "when_due",
        "due_on",
        LEARNING,
        "created_on",
    )


def _due_on(as_of: dt.date | None) -> pl.Expr:
    """Return by when a lead is to be worked; D has no day unless it is for learning."""
    by_grade = {
        grade: _after(as_of, weeks) for grade, weeks in zip(GRADES, WEEKS, strict=False)
    }  # fmt: skip
    days = pl.col("grade").cast(pl.String).replace_strict(
        by_grade, default=None, return_dtype=pl.Date
    )  # fmt: skip
    last = pl.lit(_after(as_of, WEEKS[-1]), dtype=pl.Date)
    return pl.when(LEARNING).then(last).otherwise(days)


def _after(as_of: dt.date | None, weeks: int) -> dt.date | None:
    return None if as_of is None else as_of + dt.timedelta(days=DAYS_OF_WEEK * weeks)


def _when_due(as_of: dt.date | None, language: str) -> pl.Expr:
    """Return the same in words; without a day only who comes first and who is for learning."""
    if as_of is None:
        said = {grade: phrase("grades.due.best", language) for grade in GRADES}
    else:
        said = {
            grade: phrase(f"grades.due.{grade}", language, weeks=text.number(WEEKS[-1], language),
                          day=text.day(_after(as_of, weeks) or as_of, language))
            for grade, weeks in zip(GRADES, (*WEEKS, WEEKS[-1]), strict=True)
        }  # fmt: skip
    learning = pl.lit(phrase("grades.due.learning", language))
    by_grade = pl.col("grade").cast(pl.String).replace_strict(said, default=None)
    return pl.when(LEARNING).then(learning).otherwise(by_grade)
