"""The list that people work: open prospects, the likeliest first, with their reasons in words."""

import polars as pl

from segment.prospects import words
from segment.schema import require


def worklist(graded: pl.DataFrame, most: int, language: str = "en") -> pl.DataFrame:
    """Return at most `most` graded open prospects of `predict`, the likeliest to close first.

    Where the model abstained nobody is graded and the list is empty.

    Columns, those that decide first: prospect_id, grade, close_probability, reasons (one text),
    probability_low, probability_high, created_on.

    Raises:
        DataError: `graded` has not been graded.
    """
    require(graded, ["outcome", "grade", "close_probability", "reasons"], by="prospects.worklist")
    best = (
        graded.filter(pl.col("outcome") == "open", pl.col("grade").is_not_null())
        .sort("close_probability", "prospect_id", descending=[True, False], nulls_last=True)
        .head(most)
    )
    return best.with_columns(words.reasons(best, language).list.join("; ")).select(
        "prospect_id",
        "grade",
        "close_probability",
        "reasons",
        "probability_low",
        "probability_high",
        "created_on",
    )
