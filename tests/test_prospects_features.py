import datetime as dt

import polars as pl
import pytest

from funnels import AS_OF, leads
from segment.prospects import design, features
from segment.prospects.features import Feature


def kind(values, dtype=None):
    table = leads(*[(10, "open", None)] * len(values), x=pl.Series(values, dtype=dtype))
    return features.recognise(table)[0].kind


def numbers(values, kind="number", dtype=None):
    table = leads(*[(10, "open", None)] * len(values), x=pl.Series(values, dtype=dtype))
    return features.typed(table, (Feature(name="x", kind=kind),))["x"].to_list()


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([1, 2], "number"),
        (["1", "2.5", "-3e2"], "number"),
        (["12", "007"], "category"),  # a leading zero is kept in codes and never in amounts
        (["0", "0.5"], "number"),
        (["red", "blue"], "category"),
        ([True, False], "category"),
        ([dt.date(2026, 1, 1)], "day"),
        ([dt.datetime(2026, 1, 1, 8)], "day"),
        (["2026-01-01", "2026-01-02T10:00"], "day"),
        (["31.12.2025"], "day"),
        (["", "  "], "category"),
        ([None, None], "category"),
        ([[1, 2]], "unreadable"),
        ([b"x"], "unreadable"),
    ],
)
def test_a_column_is_what_it_holds(values, found):
    assert kind(values) == found


def test_a_stray_word_in_twenty_leaves_a_column_a_number_and_one_in_nineteen_does_not():
    assert kind(["1"] * 19 + ["unknown"]) == "number"
    assert kind(["1"] * 18 + ["unknown"]) == "category"


def test_what_is_no_finite_number_is_missing():
    assert numbers([1.0, None, float("nan"), float("inf"), 1e300]) == [1.0, None, None, None, None]
    assert numbers(["1", " 2 ", "x", ""]) == [1.0, 2.0, None, None]


def test_a_day_counts_from_the_creation():
    created = AS_OF - dt.timedelta(days=10)

    assert numbers([created, AS_OF, None], "day") == [0.0, 10.0, None]
    assert numbers([str(AS_OF)], "day") == [10.0]


def test_times_are_told_in_days_and_hours():
    assert numbers([dt.timedelta(hours=36)]) == [1.5]
    assert numbers([dt.time(13, 30)]) == [13.5]


def test_words_are_trimmed_and_empty_ones_are_missing():
    assert numbers([" red ", "", None], "category") == ["red", None, None]


def test_results_of_a_grading_are_no_features():
    table = leads((1, "open", None), grade=["A"], reasons=[["x"]], colour=["red"])

    assert [one.name for one in features.recognise(table)] == ["colour"]


def laid_out(values, dtype=None):
    column = pl.Series("x", values, dtype=dtype)
    feature = Feature(name="x", kind="category" if column.dtype == pl.String else "number")
    one = design.scale(column, feature)
    return one, design.lay_out(column.to_frame(), (one,))


def test_a_number_lies_between_its_two_bends():
    one, laid = laid_out([float(n) for n in range(101)])

    assert one.knots == (2.0, 10.0, 25.0, 50.0, 75.0, 90.0, 98.0)
    assert laid.places[30].tolist() == [2, 3]
    assert laid.shares[30].tolist() == pytest.approx([0.8, 0.2])  # 30 of 25 to 50


def test_numbers_beyond_the_outer_bends_lie_on_them():
    _, laid = laid_out([float(n) for n in range(101)])

    assert (laid.shares[0] @ [0, 1], laid.shares[100] @ [0, 1]) == (0.0, 1.0)
    assert (laid.places[0][0], laid.places[100][1]) == (0, 6)


def test_a_missing_number_has_a_column_of_its_own():
    one, laid = laid_out([1.0, None, 2.0])

    assert laid.places[1].tolist() == [len(one.knots)] * 2
    assert laid.shares[1].sum() == 1.0


def test_a_number_that_never_differs_has_one_bend():
    one, laid = laid_out([5.0, 5.0, None])

    assert one.knots == (5.0,)
    assert (laid.places[0][0], laid.shares[0].tolist()) == (0, [1.0, 0.0])


def test_a_level_met_nineteen_times_shares_a_column_and_one_met_twenty_times_does_not():
    one, laid = laid_out(["a"] * 20 + ["b"] * 19 + ["c"])

    assert one.levels == ("a",)
    assert laid.places[[0, 20, 39], 0].tolist() == [0, 1, 1]


def test_of_ten_thousand_levels_the_most_frequent_keep_their_own():
    words = [f"k{n}" for n in range(10_000)] + [f"f{n % 60:02}" for n in range(60 * 25)]

    one, _ = laid_out(words)

    assert one.levels == tuple(f"f{n:02}" for n in range(design.MOST_LEVELS))


def test_a_level_never_met_before_joins_the_seldom_ones():
    one, _ = laid_out(["a"] * 20 + ["b"] * 20)
    later = design.lay_out(pl.DataFrame({"x": ["b", "never"]}), (one,))

    assert later.places[:, 0].tolist() == [1, 2]
