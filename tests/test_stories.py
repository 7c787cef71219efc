"""Each group as a short story, from the customers that are in it."""

import datetime as dt

import polars as pl
import pytest

from segment import stories
from segment.errors import DataError
from segment.schemes import lifecycle, value_groups

LABELS = value_groups.LABELS
ACTIONS = pl.DataFrame(
    {"customer_id": ["a", "x"], "due_on": [dt.date(2026, 11, 7), dt.date(2026, 11, 1)]}
)


def groups(*rows: tuple[str, str | None, float, int, float, str | None]) -> pl.DataFrame:
    """One customer a row: id, group, value, purchases and revenue of the year, state."""
    return pl.DataFrame(
        rows,
        schema={
            "customer_id": pl.String, "value_group": pl.Enum(LABELS), "actual_value": pl.Float64,
            "purchases_last_year": pl.Int64, "revenue_last_year": pl.Float64,
            "lifecycle_state": pl.Enum(lifecycle.LABELS),
        },
        orient="row",
    )  # fmt: skip


TWO = groups(
    ("a", "MVC", 90.0, 4, 400.0, "active"), ("b", "MVC", 0.0, 0, 0.0, "lost"),
    ("c", "core", 10.0, 2, 50.0, "active"), ("d", None, 5.0, 1, 5.0, None),
)  # fmt: skip


def told(frame: pl.DataFrame = TWO, before: pl.DataFrame | None = None, language: str = "en"):
    return stories.of_label(frame, "value_group", LABELS, ACTIONS, before, language, "EUR")


def test_a_story_tells_who_how_and_what_is_due():
    lines = [line.strip() for line in told().plain.splitlines()]

    assert lines[0] == "most valuable (MVC)"
    assert lines[1] == "2 customers, 50% of all, worth €90 together; 86% of all positive value."
    assert lines[2] == "1 of them (50%) bought in the last year, the middle one on 4 days for €400."
    assert lines[3] == "By their own rhythm: 50% active, 50% lost."
    assert "Now: 1 actions, the first due on 7 November 2026." in lines


def test_a_group_that_nobody_has_is_left_out():
    assert "MGC" not in told().plain
    assert told().html.count('class="story"') == 2


def test_who_came_and_left_is_told_and_who_is_gone():
    before = groups(
        ("a", "MVC", 1.0, 1, 1.0, "active"), ("c", "MVC", 1.0, 1, 1.0, "active"),
        ("gone", "MVC", 1.0, 1, 1.0, "active"), ("b", "core", 1.0, 1, 1.0, "lost"),
    )  # fmt: skip
    said = told(before=before).plain

    assert "Since last month 1 came in and 2 left, of whom 1 are no customers any more." in said
    assert "Since last month 1 came in and 1 left." in said
    assert "Nobody came in or left" in told(before=TWO).plain


def test_a_group_in_which_nobody_bought_says_so():
    quiet = groups(("a", "BZC", -3.0, 0, 0.0, None))

    assert "None of them bought in the last year." in told(quiet).plain
    assert "By their own rhythm" not in told(quiet).plain


def test_of_a_group_below_zero_no_share_of_the_positive_value_is_told():
    below = groups(
        ("a", "BZC", -3.0, 0, 0.0, None), ("b", "BZC", 1.0, 0, 0.0, None),
        ("c", "core", 9.0, 1, 1.0, "active"),
    )  # fmt: skip

    assert "  2 customers, 67% of all, worth −\u2060€2 together.\n" in told(below).plain


@pytest.mark.parametrize("name", ["<script>", "a&b"])
def test_a_story_holds_no_markup_of_the_data(name):
    odd = TWO.with_columns(customer_id=pl.lit(name))

    assert "<script>" not in told(odd).html


def test_stories_are_in_the_language_of_the_page():
    assert told(language="zh").plain.splitlines()[0] == "最有价值 (MVC)"


def test_a_missing_column_is_named():
    with pytest.raises(DataError, match="lifecycle_state"):
        told(TWO.drop("lifecycle_state"))
