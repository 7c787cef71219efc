"""Potential among invented peers, and what may be learned of who grows."""

import datetime as dt

import polars as pl
import pytest

from segment import growth
from segment.errors import ConfigError, DataError
from segment.growth import GrowthRules
from segment.summary import summarise

AS_OF = dt.date(2026, 10, 31)
YEAR = 365
FEW = GrowthRules(fewest_peers=2, fewest_learners=6)


# --------------------------------------------------------------- who grows


def bought(*rows: tuple[str, int, float]) -> pl.DataFrame:
    """Purchases so many days before as_of."""
    days = [(who, AS_OF - dt.timedelta(days=ago), amount) for who, ago, amount in rows]
    schema = {"customer_id": pl.String, "date": pl.Date, "amount": pl.Float64}
    return pl.DataFrame(days, schema=schema, orient="row")


def company(oldest: int = 2 * YEAR - 1) -> pl.DataFrame:
    """Six customers, of whom three grow in the last year; a gift with which the data begin."""
    rows = [("z", oldest, 0.0)]
    for place, who in enumerate("abcdef"):
        rows += [(who, 500 + 30 * place, 10.0 + place), (who, 400 + 40 * place, 10.0)]
        rows += [(who, 100 + place, 50.0 if who in "abc" else 1.0)]
    return bought(*rows)


def test_growth_is_learned_from_the_year_before_the_last_one():
    model = growth.fit(company(), AS_OF, FEW)

    assert model is not None
    assert model.learned_on == AS_OF - dt.timedelta(days=YEAR)
    assert (model.n_customers, model.growth_share) == (6, 0.5)


@pytest.mark.parametrize(("oldest", "is_learned"), [(729, True), (728, False)])
def test_two_whole_years_are_needed(oldest, is_learned):
    assert (growth.fit(company(oldest), AS_OF, FEW) is not None) is is_learned


@pytest.mark.parametrize(("oldest", "has_trend"), [(819, True), (818, False)])
def test_the_trend_is_learned_where_the_data_hold_90_days_of_the_year_before(oldest, has_trend):
    model = growth.fit(company(oldest), AS_OF, FEW)

    assert model is not None
    assert (growth.TREND in model.features) is has_trend


def test_a_part_of_the_year_before_counts_as_a_year_at_its_rate():
    part = [(who, 731 + place, 20.0 + place) for place, who in enumerate("abcdef")]
    whole = [(who, ago, 2.5 * amount) for who, ago, amount in part]
    known = pl.concat([company(730 + 146 - 1), bought(*part)])  # 146 of 365 days
    longer = pl.concat([company(730 + 365 - 1), bought(*whole)])
    one, same = (growth.fit(rows, AS_OF, FEW) for rows in (known, longer))

    assert chances(known, one)[:6] == pytest.approx(chances(known, same)[:6])


@pytest.mark.parametrize(("fewest", "is_learned"), [(6, True), (7, False)])
def test_few_customers_teach_nothing(fewest, is_learned):
    rules = GrowthRules(fewest_learners=fewest)

    assert (growth.fit(company(), AS_OF, rules) is not None) is is_learned


def test_where_everyone_or_nobody_grew_there_is_nothing_to_learn():
    last_year = pl.col("date") > AS_OF - dt.timedelta(days=YEAR)
    amount = pl.when(last_year).then(pl.lit(99.0)).otherwise("amount")

    assert growth.fit(company().with_columns(amount=amount), AS_OF, FEW) is None
    assert growth.fit(company().filter(~last_year), AS_OF, FEW) is None


def test_the_same_revenue_is_no_growth():
    equal = [(who, ago, 10.0) for who in "abcdef" for ago in (729, 400, 10)]
    equal += [("a", 11, 10.01)]
    model = growth.fit(bought(*equal), AS_OF, FEW)  # 20 before, 10 and 20.01 now

    assert model is not None
    assert model.growth_share == pytest.approx(1 / 6)


def test_who_came_in_the_last_year_or_has_refunds_only_teaches_nothing():
    rows = pl.concat([company(), bought(("new", 10, 5.0), ("refund", 500, -5.0))])
    model = growth.fit(rows, AS_OF, FEW)

    assert model is not None
    assert model.n_customers == 6


def chances(
    transactions: pl.DataFrame, model: growth.GrowthModel | None, day: dt.date = AS_OF
) -> list[float | None]:
    worth = summarise(transactions, day).with_columns(
        p_alive=0.5, margin_rate=0.3, cost_to_serve=0.0, actual_value=1.0
    )
    return growth.add_potential(worth, model, None, FEW, YEAR)["p_growth"].to_list()


def test_nothing_after_as_of_is_learned_from():
    known = company()
    later = bought(*[(who, -ago, 10_000.0) for who in "abcxyz" for ago in (1, 30, 400)])
    model = growth.fit(known, AS_OF, FEW)

    assert chances(known, growth.fit(pl.concat([later, known]), AS_OF, FEW)) == chances(
        known, model
    )


def test_the_last_year_is_what_happened_and_no_feature():
    """Other amounts of the last year under which the same customers grow teach the same."""
    is_last_year = pl.col("date") > AS_OF - dt.timedelta(days=YEAR)
    amount = pl.when(is_last_year).then(pl.col("amount") * 1.5).otherwise("amount")
    changed = company().with_columns(amount=amount)
    one, same = growth.fit(company(), AS_OF, FEW), growth.fit(changed, AS_OF, FEW)

    assert chances(company(), one) == chances(company(), same)


def test_the_order_of_the_rows_does_not_matter():
    model = growth.fit(company(), AS_OF, FEW)
    turned = growth.fit(company().reverse(), AS_OF, FEW)

    assert chances(company(), model) == chances(company(), turned)


def test_a_chance_is_a_share_and_null_for_refunds_and_gifts_only():
    known = pl.concat([company(), bought(("y", 10, -5.0))])
    *others, refund_only, gift_only = chances(known, growth.fit(known, AS_OF, FEW))

    assert all(0 < chance < 1 for chance in others)
    assert (refund_only, gift_only) == (None, None)


def test_who_grew_is_told_from_who_did_not():
    model = growth.fit(company(), AS_OF, FEW)
    a, b, c, d, e, f, _ = chances(company(), model, model.learned_on)

    assert min(a, b, c) > max(d, e, f)


def test_customers_who_all_bought_once_and_on_one_day_teach_without_a_warning():
    rows = [(who, 729, 10.0) for who in "abcdef"]

    assert growth.fit(bought(*rows, ("a", 5, 99.0)), AS_OF, FEW) is not None


def test_no_transactions_teach_nothing():
    assert growth.fit(bought(), AS_OF, FEW) is None
    assert growth.fit(bought(("a", -5, 1.0)), AS_OF, FEW) is None


def test_transactions_without_a_day_are_refused_in_words():
    with pytest.raises(DataError, match=r"growth\.fit needs the column date"):
        growth.fit(bought().drop("date"), AS_OF, FEW)


# --------------------------------------------------------------- what is within reach


def customers(*values: float | None, **columns: list[object]) -> pl.DataFrame:
    """Customers a, b, c … of one age who have bought for 100 in the last year."""
    n = len(values)
    usual = {
        "customer_id": list("abcdefgh"[:n]), "T": [100] * n, "frequency": [3] * n,
        "recency": [50] * n, "revenue_last_year": [100.0] * n, "revenue_year_before": [0.0] * n,
        "p_alive": [0.5] * n, "margin_rate": [0.5] * n, "cost_to_serve": [None] * n,
        "actual_value": list(values),
    }  # fmt: skip
    kinds = {"cost_to_serve": pl.Float64, "actual_value": pl.Float64, "p_alive": pl.Float64}
    return pl.DataFrame(usual | columns, schema_overrides=kinds)


def potential(
    frame: pl.DataFrame, wallets: pl.DataFrame | None = None, quantile: float = 0.75, peers: int = 2
) -> list[float | None]:
    rules = GrowthRules(potential_quantile=quantile, fewest_peers=peers)
    return growth.add_potential(frame, None, wallets, rules, YEAR)["potential_value"].to_list()


def test_within_reach_is_what_the_upper_ones_of_customers_alike_are_worth():
    assert potential(customers(0.0, 10.0, 20.0, 30.0, 40.0)) == [30.0, 30.0, 30.0, 30.0, 40.0]


def test_who_is_worth_more_has_nothing_left_to_grow():
    added = growth.add_potential(customers(0.0, 10.0, 99.0), None, None, FEW, YEAR)

    assert added["growth_potential"].to_list()[-1] == 0.0
    assert (added["growth_potential"] >= 0).all()


def test_peers_are_of_one_trade_region_and_age_where_there_are_enough():
    frame = customers(
        0.0, 10.0, 0.0, 20.0, 0.0, 30.0, 0.0, 40.0,
        industry=["inn"] * 4 + ["shop"] * 4,
        region=["north", "north", "south", "south"] * 2,
    )  # fmt: skip

    assert potential(frame, quantile=0.5) == [5.0, 10.0, 10.0, 20.0, 15.0, 30.0, 20.0, 40.0]


@pytest.mark.parametrize(("peers", "expected"), [(2, 5.0), (3, 10.0)])
def test_too_few_peers_are_compared_with_a_wider_circle(peers, expected):
    trade = {"industry": ["inn"] * 4, "region": ["north", "north", "south", "south"]}

    assert potential(customers(0.0, 10.0, 10.0, 90.0, **trade), None, 0.5, peers)[0] == expected


def test_customers_of_an_unknown_trade_are_not_of_one_trade():
    trades = [None, None, "inn", "inn", "shop", "shop"]
    frame = customers(0.0, 2.0, 10.0, 20.0, 30.0, 40.0, industry=trades)

    # the median of all six, since the two are no circle of their own
    assert potential(frame, quantile=0.5)[:2] == [15.0, 15.0]


@pytest.mark.parametrize(
    ("age", "expected"),
    [(179, 0.0), (180, 10.0), (364, 10.0), (365, 20.0), (729, 20.0), (730, 30.0)],
)
def test_an_age_on_an_edge_belongs_to_the_older_ones(age, expected):
    ages = [age, 0, 0, 200, 200, 500, 500, 900]
    values = [-5.0, 0.0, 0.0, 10.0, 10.0, 20.0, 20.0, 30.0]
    frame = customers(*values, T=ages)

    # three quarters of the way up in the circle of that age
    assert potential(frame, quantile=0.99)[0] == pytest.approx(expected, abs=1.0)


def test_the_value_of_one_customer_is_all_there_is():
    assert potential(customers(7.0), peers=30) == [7.0]


def test_an_unknown_value_has_no_potential_and_counts_for_nobody():
    frame = customers(None, 10.0, 20.0)

    assert potential(frame, quantile=0.5) == [None, 15.0, 20.0]
    added = growth.add_potential(frame, None, None, FEW, YEAR)
    assert added.row(0, named=True)["expected_growth"] is None


def estimates(*rows: tuple[str, int, float]) -> pl.DataFrame:
    days = [(who, AS_OF - dt.timedelta(days=ago), wallet) for who, ago, wallet in rows]
    schema = {"customer_id": pl.String, "estimated_on": pl.Date, "wallet": pl.Float64}
    return pl.DataFrame(days, schema=schema, orient="row")


def test_the_wallet_bounds_the_potential_by_its_margin():
    frame = customers(0.0, 100.0, 100.0)

    # half of 120 is margin; b has no estimate
    assert potential(frame, estimates(("a", 5, 120.0))) == [60.0, 100.0, 100.0]
    assert potential(frame, estimates(("a", 5, 220.0)))[0] == 100.0


def test_what_it_costs_to_serve_is_taken_off_the_wallet():
    frame = customers(0.0, 100.0, 100.0, cost_to_serve=[20.0, 0.0, 0.0])

    assert potential(frame, estimates(("a", 5, 120.0)))[0] == 40.0


def test_a_wallet_is_a_year_and_the_horizon_may_be_another():
    rules = GrowthRules(fewest_peers=2)
    added = growth.add_potential(
        customers(0.0, 100.0, 100.0), None, estimates(("a", 5, 120.0)), rules, 73
    )

    assert added["potential_value"][0] == pytest.approx(12.0)


def test_a_wallet_below_the_actual_value_leaves_nothing_to_grow():
    added = growth.add_potential(customers(50.0, 90.0), None, estimates(("a", 5, 60.0)), FEW, YEAR)

    assert added["potential_value"][0] == 50.0
    assert added["growth_potential"][0] == 0.0


@pytest.mark.parametrize(
    "rows",
    [
        [("a", 9, 80.0), ("a", 1, 120.0)],
        [("a", 1, 120.0), ("a", 9, 80.0)],
        [("a", 1, 80.0), ("a", 1, 120.0)],  # two of one day: the later row
    ],
)
def test_the_latest_estimate_counts(rows):
    assert potential(customers(0.0, 100.0, 100.0), estimates(*rows))[0] == 60.0


@pytest.mark.parametrize(("wallet", "share"), [(400.0, 0.25), (100.0, 1.0), (50.0, 1.0)])
def test_the_share_of_wallet_is_never_above_one(wallet, share):
    added = growth.add_potential(customers(0.0, 9.0), None, estimates(("a", 5, wallet)), FEW, YEAR)

    assert added["share_of_wallet"].to_list() == [share, None]


def test_without_a_model_growth_is_weighed_with_being_a_customer_still():
    added = growth.add_potential(customers(0.0, 10.0, 20.0), None, None, FEW, YEAR)

    assert added["p_growth"].to_list() == [None] * 3
    assert added["expected_growth"].equals(added["growth_potential"] * 0.5)


def test_with_a_model_growth_is_weighed_with_its_probability():
    model = growth.fit(company(), AS_OF, FEW)
    added = growth.add_potential(customers(0.0, 10.0, 20.0), model, None, FEW, YEAR)

    assert added["p_growth"].null_count() == 0
    assert added["expected_growth"].equals(added["growth_potential"] * added["p_growth"])


def test_who_brought_nothing_in_the_last_year_cannot_grow_but_be_won_back():
    model = growth.fit(company(), AS_OF, FEW)
    silent = customers(0.0, 10.0, 20.0, revenue_last_year=[0.0, 0.01, 100.0])
    added = growth.add_potential(silent, model, None, FEW, YEAR)

    assert added["p_growth"].is_null().to_list() == [True, False, False]
    assert added["expected_growth"][0] == 0.0


def test_who_came_back_from_nothing_teaches_no_growth():
    back = bought(("g", 2 * YEAR - 1, 0.0), ("g", 10, 500.0))  # a gift is a purchase of nothing

    model = growth.fit(pl.concat([company(), back]), AS_OF, FEW)

    assert model is not None
    assert model.n_customers == 6


def test_nobody_gets_the_same_columns():
    one = growth.add_potential(customers(1.0), None, estimates(), FEW, YEAR)
    none = growth.add_potential(customers(1.0).clear(), None, estimates(), FEW, YEAR)

    assert none.schema == one.schema
    assert none.is_empty()


@pytest.mark.parametrize("column", ["frequency", "p_alive", "cost_to_serve", "actual_value"])
def test_a_frame_without_value_is_refused(column):
    with pytest.raises(DataError, match=f"add_potential needs the column {column}"):
        growth.add_potential(customers(1.0).drop(column), None, None, FEW, YEAR)


# --------------------------------------------------------------- rules


@pytest.mark.parametrize("quantile", [0.49, 1.0, 1.5, -1, float("nan"), True, "0.8"])
def test_a_potential_is_above_the_middle_and_below_the_best(quantile):
    with pytest.raises(ConfigError, match="potential_quantile is"):
        GrowthRules(potential_quantile=quantile)


def test_the_middle_may_be_the_potential():
    assert GrowthRules(potential_quantile=0.5).potential_quantile == 0.5


@pytest.mark.parametrize("name", ["fewest_peers", "fewest_learners"])
@pytest.mark.parametrize("number", [0, 2.5, float("nan"), True])
def test_counts_are_whole_and_one_or_more(name, number):
    with pytest.raises(ConfigError, match=f"{name} is .* whole number, 1 or more"):
        GrowthRules(**{name: number})
