"""Lines as values, and who passes them next month: bands, graces, and both sides of each edge."""

import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segment import cuts
from segment.cuts.exact import number
from segment.errors import DataError

LABELS = ("A", "B", "C")


def exact(*values: float | None) -> pl.Series:
    return cuts.amounts(pl.DataFrame({"x": pl.Series(values, dtype=pl.Float64)}), "x")


def whole(*values: float) -> list[int]:
    return [round(value * cuts.MILLION) for value in values]


def placed(values: list[float], line: float, was: list[int | None], margin: float) -> list[int]:
    (at,) = cuts.exact([line])
    places = pl.Series(was, dtype=pl.UInt32)
    return cuts.place(exact(*values), [cuts.band(at, margin)], places).to_list()


# --------------------------------------------------------------- where a line falls


def test_a_line_lies_at_the_lowest_value_that_passes_it():
    assert cuts.money_lines(exact(80, 15, 5), [0.80, 0.15]) == whole(80, 15)
    assert cuts.money_lines(exact(79.99, 15.01, 5), [0.80, 0.15]) == whole(15.01, 15.01)
    assert cuts.head_lines(exact(9, 5, 5, 1), [0.25, 0.25]) == whole(9, 5)


def test_a_line_by_heads_lies_above_zero():
    assert cuts.head_lines(exact(7, 0, -1, -2), [0.75]) == whole(7)


def test_where_nobody_passes_there_is_no_value():
    assert cuts.head_lines(exact(3, 2), [0.0, 0.5]) == [None, whole(3)[0]]
    assert cuts.money_lines(exact(0, -5), [0.8]) == [None]
    assert cuts.money_lines(exact(3), [0.0]) == [None]
    assert cuts.head_lines(exact(None), [0.5]) == [None]


@settings(max_examples=200, deadline=None)
@given(value=st.floats(min_value=-1e24, max_value=1e24))
def test_a_line_written_as_a_number_and_read_again_is_the_same(value):
    (line,) = cuts.exact([value])

    assert cuts.exact([number(line)]) == [line]


def test_lines_of_another_rule_are_not_read():
    held = cuts.line_frame("tier", ("A", "B"), ("clv", "clv"), [*whole(5), None])

    assert cuts.read_lines(held, "tier", ("A", "B"), ("clv", "clv")) == [*whole(5), None]
    assert cuts.read_lines(held, "tier", ("A", "B"), ("revenue", "revenue")) is None
    assert cuts.read_lines(held, "tier", ("A",), ("clv",)) is None  # it had one line more then
    assert cuts.read_lines(held, "stars", ("A", "B"), ("clv", "clv")) is None
    with pytest.raises(DataError, match="lines needs the column at"):
        cuts.read_lines(held.drop("at"), "tier", ("A", "B"), ("clv", "clv"))


# --------------------------------------------------------------- who passes it next month


def test_who_was_above_stays_down_to_the_margin_and_who_was_below_enters_from_it():
    values = [80.0, 79.99, 119.99, 120.0]

    assert placed(values, 100.0, [0, 0, 1, 1], 0.20) == [0, 1, 1, 0]


def test_who_was_not_there_is_told_by_the_line_itself():
    assert placed([100.0, 99.99], 100.0, [None, None], 0.20) == [0, 1]


def test_a_margin_is_a_share_as_it_is_written():  # 100 * (1 + 0.07) is 107.00000000000001
    assert placed([107.0, 93.0, 92.99], 100.0, [1, 0, 0], 0.07) == [0, 0, 1]


def test_a_line_below_zero_has_the_margin_of_its_size_and_a_line_at_zero_has_none():
    assert placed([-120.0, -120.01, -80.01, -80.0], -100.0, [0, 0, 1, 1], 0.20) == [0, 1, 1, 0]
    assert placed([-0.01, 0.0], 0.0, [0, 1], 0.20) == [1, 0]


def test_zero_never_passes_a_line_above_it():
    assert placed([0.0, 0.01], 100.0, [0, 0], 1.0) == [1, 0]


def test_a_band_in_points_is_as_wide_wherever_the_line_is():
    held = cuts.points(cuts.exact([0.5])[0], 0.1)

    assert held == cuts.Band(stay=400_000, at=500_000, enter=600_000)
    assert cuts.points(None, 0.1) is None


def test_nobody_passes_no_line_and_the_unknown_stay_unknown():
    assert cuts.passes(exact(5, None), None).to_list() == [False, None]
    assert cuts.passes(exact(5, None), cuts.band(1), pl.Series([None, True])).to_list() == [
        True, None,
    ]  # fmt: skip


money = st.integers(-300, 1000).map(lambda cents: cents / 100)


@settings(max_examples=100, deadline=None)
@given(
    rows=st.lists(st.tuples(money, st.sampled_from([0, 1, 2, None])), min_size=1, max_size=12),
    margin=st.sampled_from([0.0, 0.05, 0.2, 1.0]),
    floors=st.lists(money, min_size=2, max_size=2, unique=True),
)
def test_a_margin_moves_nobody_further_than_the_line_does(rows, margin, floors):
    values, was = (list(one) for one in zip(*rows, strict=True))
    lines = cuts.exact(sorted(floors, reverse=True))
    by_line = cuts.place(exact(*values), [cuts.band(line) for line in lines]).to_list()
    held = [cuts.band(line, margin) for line in lines]
    found = cuts.place(exact(*values), held, pl.Series(was, dtype=pl.UInt32)).to_list()

    for place, line_says, before in zip(found, by_line, was, strict=True):
        known = [line_says, line_says if before is None else before]
        assert min(known) <= place <= max(known)


# --------------------------------------------------------------- graces


def month(places: list[int], before: pl.DataFrame | None, grace_months: int) -> pl.DataFrame:
    """Label customers 0, 1, … whose places are given, after the month before."""
    frame = pl.DataFrame({"customer_id": [str(one) for one in range(len(places))]})
    by_line = pl.Series(places, dtype=pl.UInt32)
    last = cuts.last_month(frame, before, "tier", LABELS)
    return cuts.settle(
        frame, by_line, by_line, last, label="tier", labels=LABELS, grace_months=grace_months
    )


def test_a_fall_is_taken_once_it_was_due_in_the_months_of_grace_and_a_rise_at_once():
    first = month([0, 2], None, 2)
    second = month([1, 0], first, 2)
    third = month([1, 0], second, 2)
    fourth = month([1, 0], third, 2)

    assert [one["tier"].to_list() for one in (second, third, fourth)] == [
        ["A", "A"], ["A", "A"], ["B", "A"],
    ]  # fmt: skip
    assert second["tier_by_line"].to_list() == ["B", "A"]
    assert [one["tier_due_months"].to_list() for one in (first, second, third, fourth)] == [
        [0, 0], [1, 0], [2, 0], [0, 0],
    ]  # fmt: skip


def test_a_month_back_above_the_line_starts_the_grace_anew():
    second = month([1], month([0], None, 1), 1)
    third = month([0], second, 1)
    fourth = month([1], third, 1)

    assert [one["tier_due_months"].item() for one in (second, third, fourth)] == [1, 0, 1]
    assert fourth["tier"].to_list() == ["A"]


def test_without_a_grace_no_months_are_counted():
    assert month([0], None, 0).columns == ["customer_id", "tier_by_line", "tier"]


def test_a_label_that_is_no_longer_given_counts_as_none():
    before = pl.DataFrame({"customer_id": ["0", "1"], "tier": ["A", "gone"]})

    last = cuts.last_month(pl.DataFrame({"customer_id": ["1", "0", "2"]}), before, "tier", LABELS)

    assert last is not None
    assert last.place.to_list() == [None, 0, None]


def test_a_month_before_without_the_label_is_none():
    frame = pl.DataFrame({"customer_id": ["0"]})

    assert cuts.last_month(frame, None, "tier", LABELS) is None
    assert cuts.last_month(frame, frame, "tier", LABELS) is None


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (pl.DataFrame({"tier": ["A"]}), "tier needs the column customer_id"),
        (
            pl.DataFrame({"customer_id": ["0", "0"], "tier": ["A", "B"]}),
            "one row a customer in the month before; 2 rows",
        ),
    ],
)
def test_a_month_before_that_cannot_be_read_is_named(before, said):
    with pytest.raises(DataError, match=said):
        cuts.last_month(pl.DataFrame({"customer_id": ["0"]}), before, "tier", LABELS)


@pytest.mark.parametrize(("language", "said"), [("en", "by 12.5% of it. Months"), ("zh", "12.5%")])
def test_margin_and_grace_are_told_where_there_are_any(language, said):
    told = cuts.with_margin("The rule.", 0.125, 3, language)

    assert told.startswith("The rule.")
    assert said in told
    assert "3" in told
    assert cuts.with_margin("The rule.", 0.0, 0, language) == "The rule."


def test_no_number_has_no_line():
    assert cuts.exact([math.nan, math.inf, None]) == [None, None, None]
