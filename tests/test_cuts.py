from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segment import cuts
from segment.errors import DataError


def exact(*values: float | None) -> pl.Series:
    return cuts.amounts(pl.DataFrame({"x": pl.Series(values, dtype=pl.Float64)}), "x")


def test_a_share_of_seven_in_a_hundred_is_seven():  # 100 * 0.07 is 7.000000000000001
    places = cuts.by_heads(exact(*range(1, 101)), [0.07])

    assert (places == 0).sum() == 7


def test_a_share_of_a_few_heads_is_rounded_up():
    assert cuts.by_heads(exact(3, 2, 1), [0.05]).to_list() == [0, 1, 1]


def test_ties_at_a_line_all_pass_it():
    assert cuts.by_heads(exact(9, 5, 5, 1), [0.5]).to_list() == [0, 0, 0, 1]
    assert cuts.by_money(exact(50, 25, 25), [0.75]).to_list() == [0, 0, 0]


def test_money_that_fills_the_line_exactly_leaves_the_next_outside():
    assert cuts.by_money(exact(0.1, 0.2, 0.5, 0.2), [0.9]).to_list() == [1, 0, 0, 0]
    assert cuts.by_money(exact(80, 15, 5), [0.80, 0.15]).to_list() == [0, 1, 2]
    assert cuts.by_money(exact(79.99, 15.01, 5), [0.80, 0.15]).to_list() == [0, 0, 2]


def test_one_who_holds_nearly_all_is_alone_in_front():
    assert cuts.by_money(exact(1000, 30, 20, 10), [0.80, 0.15]).to_list() == [0, 1, 2, 2]


def test_zero_and_less_take_the_last_place_by_any_share():
    assert cuts.by_heads(exact(0, 0, -1), [0.5, 0.3]).to_list() == [2, 2, 2]
    assert cuts.by_money(exact(5, 0, -9), [1.0]).to_list() == [0, 1, 1]


def test_a_value_on_a_floor_has_reached_it():
    places = cuts.by_floors(exact(100, 99.99, 0.3, -1), [100, 0.1 + 0.2])

    assert places.to_list() == [0, 1, 1, 2]


def test_unknown_values_have_no_place_and_count_for_nothing():
    values = exact(4, None, float("nan"), float("inf"), 2)

    assert cuts.by_heads(values, [0.5]).to_list() == [0, None, None, None, 1]
    assert cuts.by_money(values, [0.5]).to_list() == [0, None, None, None, 1]
    assert cuts.by_floors(values, [3]).to_list() == [0, None, None, None, 1]


def test_text_is_no_amount():
    with pytest.raises(DataError, match="pareto needs numbers in the column x, which holds String"):
        cuts.require_numbers(pl.DataFrame({"x": ["1"]}), ["x"], by="pareto")


money = st.lists(st.integers(-300, 1000).map(lambda cents: cents / 100), min_size=1, max_size=12)


@settings(max_examples=50, deadline=None)
@given(values=money, share=st.sampled_from([0.0, 0.07, 0.2, 0.5, 0.8, 0.95, 1.0]))
def test_the_set_in_front_is_the_smallest_that_holds_the_share(values, share):
    cents = [round(value * 100) for value in values]
    in_front = [place == 0 for place in cuts.by_money(exact(*values), [share])]
    held = sum(one for one, leads in zip(cents, in_front, strict=True) if leads)
    line = Fraction(str(share)) * sum(one for one in cents if one > 0)

    assert held >= line
    if any(in_front):
        least = min(one for one, leads in zip(cents, in_front, strict=True) if leads)
        ties = [one for one, leads in zip(cents, in_front, strict=True) if leads and one == least]
        assert held - sum(ties) < line
    assert all(one > 0 for one, leads in zip(cents, in_front, strict=True) if leads)
