"""What the measures of a backtest say, by numbers that can be done in the head."""

import datetime as dt
from itertools import permutations

import numpy as np
import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from segment import backtest
from segment.backtest.replay import SCHEMA
from segment.errors import DataError
from segment.prospects.measures import auc

ORIGIN = dt.date(2025, 10, 31)
a_few = settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.generate])


def replayed(
    predicted: list[float],
    actual: list[float],
    bounds: list[tuple[float, float]] | None = None,
    method: str = "nbd",
    origin: dt.date = ORIGIN,
) -> pl.DataFrame:
    low, high = zip(*bounds, strict=True) if bounds else ([None] * len(actual),) * 2
    return pl.DataFrame(
        {
            "origin": origin, "method": method,
            "customer_id": [f"C{n}" for n in range(len(actual))],
            "predicted": predicted, "low": low, "high": high,
            "actual": actual,
        },
        schema_overrides=SCHEMA,
    )  # fmt: skip


def measured(*told, **named) -> dict:
    return backtest.measure(replayed(*told, **named)).row(0, named=True)


def test_totals_bias_and_error_are_those_of_the_sums():
    found = measured([10.0, 30.0, 20.0], [20.0, 20.0, 0.0])

    assert (found["n_customers"], found["predicted"], found["actual"]) == (3, 60.0, 40.0)
    assert found["bias"] == pytest.approx(0.5)
    assert found["error"] == pytest.approx(40 / 40)  # 10 + 10 + 20 off, over what was spent


def test_spend_on_a_bound_lies_within_it():
    bounds = [(0.0, 10.0), (0.0, 10.0), (5.0, 10.0), (5.0, 10.0), (5.0, 10.0)]

    found = measured([5.0] * 5, [10.0, 10.01, 5.0, 4.99, 7.0], bounds)

    assert found["covered_share"] == pytest.approx(3 / 5)


def test_the_tenth_of_whom_most_was_expected_is_held_against_its_own_bounds():
    bounds = [(0.0, 10.0)] * 11

    found = measured([float(n) for n in range(11)], [5.0] * 9 + [20.0, 8.0], bounds)

    assert found["covered_share"] == pytest.approx(10 / 11)
    assert found["covered_top_share"] == pytest.approx(1 / 2)  # a tenth of 11 is two customers


def test_a_rule_without_bounds_covers_nothing_that_could_be_told():
    assert measured([1.0, 2.0], [1.0, 2.0])["covered_share"] is None


def test_where_nobody_spent_only_the_totals_have_a_meaning():
    found = measured([1.0, 2.0], [0.0, 0.0])

    assert (found["predicted"], found["actual"]) == (3.0, 0.0)
    told = ("bias", "error", "gini", "top_share", "tenth_error")
    assert [found[name] for name in told] == [None] * 5


def test_each_origin_and_method_is_measured_by_itself():
    later = dt.date(2026, 1, 31)
    parts = [
        replayed([1.0], [2.0]),
        replayed([4.0], [2.0], method="past_rate"),
        replayed([3.0], [2.0], origin=later),
    ]

    found = backtest.measure(pl.concat(parts))

    assert found.select("origin", "method", "bias").rows() == [
        (ORIGIN, "nbd", -0.5), (ORIGIN, "past_rate", 1.0), (later, "nbd", 0.5),
    ]  # fmt: skip


def test_nothing_replayed_is_nothing_measured():
    assert backtest.measure(replayed([], [])).is_empty()
    assert backtest.tenths(replayed([], []), "nbd").is_empty()


def test_what_was_not_replayed_is_refused():
    with pytest.raises(DataError, match="predicted"):
        backtest.measure(pl.DataFrame({"origin": [ORIGIN]}))


# --------------------------------------------------------------- order


def test_the_best_order_has_a_gini_of_one_and_the_worst_of_minus_one():
    actual = np.array([5.0, 0.0, 2.0, 1.0])

    assert backtest.gini(actual * 3 + 1, actual) == pytest.approx(1.0)  # the order alone counts
    assert backtest.gini(-actual, actual) == pytest.approx(-1.0)


def test_a_forecast_that_tells_nobody_apart_has_no_order():
    assert backtest.gini(np.ones(4), np.array([5.0, 0.0, 2.0, 1.0])) == pytest.approx(0.0)


def test_equals_count_as_the_mean_of_all_their_orders():
    actual = np.array([7.0, 3.0, 0.0, 2.0])
    tied = np.array([2.0, 1.0, 1.0, 1.0])

    broken = [
        backtest.gini(np.array([9.0, *order]), actual) for order in permutations([1.0, 2.0, 3.0])
    ]

    assert backtest.gini(tied, actual) == pytest.approx(np.mean(broken))


def test_of_hits_and_misses_the_gini_is_that_of_the_auc():  # 2 AUC - 1 (Hand & Till 2001)
    rng = np.random.default_rng(7)
    hits = (rng.random(300) < 0.3).astype(float)
    scores = np.round(hits + rng.normal(0, 1, 300), 1)  # with many equals

    area = auc(scores, hits)
    assert area is not None
    assert backtest.gini(scores, hits) == pytest.approx(2 * area[0] - 1, abs=1e-12)


@pytest.mark.parametrize("actual", [[], [3.0, 3.0], [0.0, 0.0], [5.0, -6.0]])
def test_without_a_difference_in_spend_there_is_no_order_to_find(actual):
    assert backtest.gini(np.arange(float(len(actual))), np.array(actual)) is None


def test_the_top_tenth_is_two_of_twenty_customers():
    actual = [40.0, 20.0, *[1.0] * 18]
    best_first = [float(n) for n in range(20, 0, -1)]

    assert measured(best_first, actual)["top_share"] == pytest.approx(60 / 78)
    worst_first = measured(best_first[::-1], actual)
    assert worst_first["top_share"] == pytest.approx(2 / 78)


def test_equals_at_the_edge_of_the_top_tenth_enter_it_in_part():
    actual = [40.0, 20.0, 10.0, *[0.0] * 17]
    found = measured([9.0, 8.0, 8.0, *[0.0] * 17], actual)

    assert found["top_share"] == pytest.approx((40 + 15) / 70)  # one of the two, so half of both


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 900), st.integers(0, 900)),
        min_size=1, max_size=30,
    ),
    st.randoms(use_true_random=False),
)  # fmt: skip
@a_few
def test_no_measure_hangs_on_the_order_of_the_rows(rows, chance):
    predicted, high, actual = ([float(one) for one in part] for part in zip(*rows, strict=True))
    frame = replayed(predicted, actual, [(bound / 2, bound) for bound in high])
    places = list(range(len(rows)))
    chance.shuffle(places)

    assert backtest.measure(frame[places]).equals(backtest.measure(frame))


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 10**6)), min_size=1, max_size=30),
    st.sampled_from([0.01, 100.0]),
)
@a_few
def test_shares_do_not_hang_on_the_unit_of_money(rows, unit):
    predicted, actual = (np.array(part, dtype=float) for part in zip(*rows, strict=True))
    shares = ["bias", "error", "gini", "top_share", "tenth_error"]

    first, second = (
        backtest.measure(replayed(list(predicted * one), list(actual * one))).select(shares)
        for one in (1.0, unit)
    )

    assert [value is None for value in second.row(0)] == [value is None for value in first.row(0)]
    told = [
        (one, other)
        for one, other in zip(first.row(0), second.row(0), strict=True)
        if one is not None
    ]
    assert [one for one, _ in told] == pytest.approx([other for _, other in told], abs=1e-9)


# --------------------------------------------------------------- tenths


def test_the_tenths_of_a_forecast_that_came_true_lie_on_what_came():
    actual = [float(n) for n in range(20)]

    found = backtest.tenths(replayed(actual, actual), "nbd")

    assert found["tenth"].to_list() == list(range(1, 11))
    assert found["predicted"].to_list() == pytest.approx([18.5 - 2 * n for n in range(10)])
    assert found["actual"].to_list() == pytest.approx(found["predicted"].to_list())
    assert measured(actual, actual)["tenth_error"] == pytest.approx(0.0)


def test_a_forecast_that_is_a_fifth_too_high_is_so_in_every_tenth():
    actual = [float(n + 1) for n in range(30)]
    said = [1.2 * one for one in actual]

    assert measured(said, actual)["tenth_error"] == pytest.approx(0.2)


def test_fewer_customers_than_tenths_are_cut_in_parts():
    found = backtest.tenths(replayed([4.0, 1.0], [6.0, 2.0]), "nbd")

    assert found["actual"].to_list() == pytest.approx([6.0] * 5 + [2.0] * 5)
    assert found["predicted"].to_list() == pytest.approx([4.0] * 5 + [1.0] * 5)


def test_the_tenths_of_several_origins_are_their_mean_and_of_the_asked_method():
    frame = pl.concat(
        [
            replayed([1.0], [1.0]),
            replayed([3.0], [5.0], origin=dt.date(2026, 1, 31)),
            replayed([99.0], [1.0], method="past_rate"),
        ]
    )

    assert backtest.tenths(frame, "nbd").row(0) == (1, 2.0, 3.0)
