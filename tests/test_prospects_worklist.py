"""What stands first in the list that people work."""

import polars as pl

from segment import prospects
from segment.prospects.reasons import FIELDS

GRADES = pl.Enum(prospects.GRADES)


def graded(*rows: tuple[str, str, str | None, float]) -> pl.DataFrame:
    frame = pl.DataFrame(
        rows,
        schema={
            "prospect_id": pl.String, "outcome": pl.String, "grade": GRADES,
            "close_probability": pl.Float64,
        },
        orient="row",
    )  # fmt: skip
    return frame.with_columns(
        probability_low=pl.lit(0.1), probability_high=pl.lit(0.9), created_on=pl.date(2026, 10, 1),
        reasons=pl.lit([], dtype=pl.List(pl.Struct(FIELDS))),
    )  # fmt: skip


def test_open_prospects_come_likeliest_first_and_what_decides_stands_first():
    found = prospects.worklist(
        graded(("a", "open", "C", 0.2), ("b", "won", "A", 0.9), ("c", "open", "B", 0.4)), 5
    )

    assert found["prospect_id"].to_list() == ["c", "a"]
    assert found.columns[:4] == ["prospect_id", "grade", "close_probability", "reasons"]


def test_the_list_is_cut_and_ties_go_by_name():
    tied = graded(("b", "open", "B", 0.4), ("a", "open", "B", 0.4), ("c", "open", "C", 0.2))

    assert prospects.worklist(tied, 2)["prospect_id"].to_list() == ["a", "b"]


def test_where_nobody_is_graded_nobody_is_listed():
    assert prospects.worklist(graded(("a", "open", None, 0.3)), 5).is_empty()
