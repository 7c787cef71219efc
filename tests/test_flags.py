"""Which of several things hold, as a list of names."""

import polars as pl
import pytest

from segment import flags

FRAME = pl.DataFrame({"a": [True, False, None, True], "b": [True, False, True, None]})
BOTH = {"b": pl.col("b"), "a": pl.col("a")}


def test_the_names_stand_in_the_order_of_the_flags_and_unknown_is_not_true():
    assert flags.named(FRAME, BOTH).to_list() == [["b", "a"], [], ["b"], ["a"]]


def test_without_rows_there_is_a_list_column_all_the_same():
    made = flags.named(FRAME.clear(), BOTH)

    assert made.dtype == flags.named(FRAME, BOTH).dtype == pl.List(pl.Enum(["b", "a"]))
    assert made.is_empty()


def test_as_many_flags_as_a_whole_number_holds():
    many = {str(place): pl.col("a") for place in range(flags.MOST)}

    assert flags.named(FRAME, many).list.len().to_list() == [62, 0, 0, 62]
    with pytest.raises(ValueError, match="63 flags; at most 62"):
        flags.named(FRAME, {**many, "more": pl.col("a")})
