"""The upper quantile among customers alike: it holds what it says; value makes nobody alike."""

import numpy as np
import polars as pl
import pytest

from segment.growth import GrowthRules, alike, coverage, words

N = 800


def people(n: int = N, seed: int = 3) -> pl.DataFrame:
    """Customers whose value hangs on trade and rhythm, spread widely; cooks are worth three."""
    rng = np.random.default_rng(seed)
    frequency, T = rng.geometric(0.2, n), rng.integers(30, 900, n)
    trade = np.where(rng.random(n) < 0.5, "cook", "baker")
    value = np.where(trade == "cook", 30.0, 10.0) * frequency * rng.lognormal(0, 0.7, n) - 20
    return pl.DataFrame(
        {
            "customer_id": [f"c{at:05}" for at in range(n)],
            "frequency": frequency,
            "recency": (T * rng.random(n)).astype(int),
            "T": T,
            "industry": trade,
            "region": ["north"] * n,
            "breadth": rng.integers(1, 9, n),
            "actual_value": value,
        }
    )


@pytest.mark.parametrize(("quantile", "unit"), [(0.5, 1.0), (0.8, 1e-3), (0.8, 1e6), (0.9, 1.0)])
def test_it_holds_what_it_says_of_customers_who_took_no_part(quantile, unit):
    frame = people().with_columns(pl.col("actual_value") * unit)
    added = alike.add_peers(frame, GrowthRules(potential_quantile=quantile))

    assert coverage(added) == pytest.approx(quantile, abs=0.03)


def test_it_holds_in_each_trade_and_rhythm():
    added = alike.add_peers(people(), GrowthRules())

    for part in (pl.col("industry") == "cook", pl.col("frequency") > 5):
        for one in (added.filter(part), added.filter(~part)):
            assert coverage(one) == pytest.approx(0.8, abs=0.06)


def test_a_trade_whose_customers_are_worth_more_has_more_within_reach():
    added = alike.add_peers(people(), GrowthRules())
    usual = dict(added.group_by("industry").agg(pl.col("peer_value").median()).iter_rows())

    assert usual["cook"] > 2 * usual["baker"]


def test_what_is_said_of_a_customer_does_not_follow_its_own_value():
    frame = people()
    mine = pl.col("customer_id") == "c00007"
    most = pl.when(mine).then(pl.col("actual_value").max()).otherwise("actual_value")
    richer = frame.with_columns(actual_value=most)
    one, other = (alike.add_peers(of, GrowthRules()).filter(mine) for of in (frame, richer))

    # the trees that speak of it are the same; by how much all are moved changes a little
    usual = frame["actual_value"].abs().median()
    assert richer.filter(mine)["actual_value"][0] > 20 * usual
    assert other["peer_value"][0] == pytest.approx(one["peer_value"][0], abs=usual / 10)


def test_neither_revenue_nor_value_makes_customers_alike():
    frame = people()
    told = frame.with_columns(
        revenue_last_year=pl.col("actual_value") * 3, clv=pl.col("actual_value")
    )

    one, same = (alike.add_peers(of, GrowthRules())["peer_value"] for of in (frame, told))
    assert one.equals(same)


@pytest.mark.parametrize("first", [None, 1, 2])
def test_a_breadth_that_tells_nobody_apart_is_left_out(first):
    rest = None if first is None else 1  # who is alone in a breadth is no circle
    only = pl.col("customer_id") == "c00000"
    flat = people().with_columns(breadth=pl.when(only).then(first).otherwise(rest))

    added = alike.add_peers(flat, GrowthRules())["peer_value"]
    without = alike.add_peers(people().drop("breadth"), GrowthRules())["peer_value"]
    assert added.to_list() == pytest.approx(without.to_list())


def test_customers_who_are_all_alike_share_one_quantile():
    same = people(500).with_columns(
        frequency=1, recency=9, T=99, industry=pl.lit("cook"), breadth=2
    )
    added = alike.add_peers(same, GrowthRules())

    assert added["peer_value"].n_unique() <= 5  # one a fold
    assert coverage(added) == pytest.approx(0.8, abs=0.02)


def test_the_order_of_customers_does_not_matter():
    frame = people()
    mixed = alike.add_peers(frame.sample(fraction=1, shuffle=True, seed=1), GrowthRules())

    assert mixed.sort("customer_id").equals(alike.add_peers(frame, GrowthRules()))


@pytest.mark.parametrize(("n", "peers"), [(400, "alike"), (399, "industry_region")])
def test_few_customers_are_compared_in_circles(n, peers):
    added = alike.add_peers(people(n).with_columns(T=100), GrowthRules())

    assert added["peers"].unique().to_list() == [peers]
    assert len(words.reach(added, GrowthRules())) == (1 if peers == "alike" else 2)


def test_the_circle_is_named():
    frame = people(100).with_columns(T=100)
    named = {
        "industry_region": frame,
        "industry": frame.with_columns(region=pl.Series(range(100))),
        "age": frame.with_columns(industry=pl.Series(range(100))),
        "everyone": frame.with_columns(T=pl.Series([100, 200, 400, 800] * 25)),
    }
    rules = GrowthRules(fewest_peers=30)
    seen = {
        name: alike.add_peers(of, rules)["peers"].unique().to_list() for name, of in named.items()
    }

    assert seen == {name: [name] for name in named}


def test_an_unknown_value_counts_for_nobody_and_is_compared_in_circles():
    frame = people()
    never = ("frequency", "recency", "T", "breadth", "actual_value")
    unknown = (
        frame.head(1)
        .with_columns(customer_id=pl.lit("new"), **{name: pl.lit(None) for name in never})
        .cast(frame.schema)
    )
    added = alike.add_peers(pl.concat([frame, unknown]), GrowthRules())

    assert added["peer_value"][:-1].equals(alike.add_peers(frame, GrowthRules())["peer_value"])
    assert added["peers"][-1] != "alike"


def test_a_seldom_trade_is_told_as_unknown():
    codes = alike._as_codes(pl.Series("t", ["a", "a", "b", "b", "b", "c", None]), 2)

    assert codes.to_list() == [1.0, 1.0, 0.0, 0.0, 0.0, None, None]


def test_of_nobody_nothing_is_covered():
    none = alike.add_peers(people(10).clear(), GrowthRules())

    assert coverage(none) is None
    assert words.reach(none, GrowthRules()) == ()
