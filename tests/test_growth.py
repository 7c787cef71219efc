"""Potential among invented peers, the wallet as its bound, and each meaning of growth by name."""

import datetime as dt

import polars as pl
import pytest

from growing import AS_OF, YEAR, company
from segment import growth
from segment.errors import ConfigError, DataError
from segment.growth import GrowthRules

FEW = GrowthRules(fewest_peers=2, fewest_learners=6)


# --------------------------------------------------------------- what is within reach


def customers(*values: float | None, **columns: list[object]) -> pl.DataFrame:
    """Customers a, b, c … of one age who have bought for 100 in the last year."""
    n = len(values)
    usual = {
        "customer_id": list("abcdefgh"[:n]), "T": [100] * n, "frequency": [3] * n,
        "recency": [50] * n, "revenue_last_year": [100.0] * n, 
        "revenue_next_year": [90.0] * n, "margin_rate": [0.5] * n, "cost_to_serve": [None] * n,
        "actual_value": list(values),
    }  # fmt: skip
    kinds = {"cost_to_serve": pl.Float64, "actual_value": pl.Float64}
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


# --------------------------------------------------------------- growth, four ways


def test_the_gap_to_the_wallet_is_what_others_supply_and_never_below_zero():
    wallets = estimates(("a", 5, 400.0), ("b", 5, 60.0))
    added = growth.add_potential(customers(0.0, 1.0, 2.0), None, wallets, FEW, YEAR)

    assert added["wallet_gap"].to_list() == [300.0, 0.0, None]
    assert "wallet_gap" not in growth.add_potential(customers(0.0), None, None, FEW, YEAR).columns


@pytest.mark.parametrize(("horizon", "change"), [(365, -10.0), (73, -10.0)])
def test_the_expected_change_is_a_year_of_forecast_less_the_last_year(horizon, change):
    added = growth.add_potential(customers(0.0), None, None, FEW, horizon)

    assert added["expected_change"].to_list() == pytest.approx([change])


def learned(**columns: float | None) -> growth.GrowthModel:
    """A model that says of a, b and c that they grow by 40 with even odds, or as told."""
    said = {"p_growth": 0.5, "growth_size": 40.0} | columns
    frame = pl.DataFrame({"customer_id": list("abc"), "breadth": [1, 2, 3]})
    kinds = {name: pl.lit(value, dtype=pl.Float64) for name, value in said.items()}
    return growth.GrowthModel(customers=frame.with_columns(**kinds))


def test_expected_growth_is_odds_times_size_times_margin():
    added = growth.add_potential(customers(0.0, 10.0, 20.0), learned(), None, FEW, YEAR)

    assert added["p_growth"].to_list() == [0.5] * 3
    assert added["expected_growth"].to_list() == [10.0] * 3  # half of it is margin
    assert added["growth_basis"].to_list() == ["learned"] * 3


def test_nobody_is_expected_to_grow_beyond_the_wallet():
    wallets = estimates(("a", 5, 120.0), ("b", 5, 99.0), ("c", 5, 140.0))
    added = growth.add_potential(customers(0.0, 1.0, 2.0), learned(), wallets, FEW, YEAR)

    assert added["expected_growth"].to_list() == [5.0, 0.0, 10.0]


def test_growth_at_a_loss_is_no_growth():
    frame = customers(0.0, 1.0, margin_rate=[-0.5, 0.5])
    added = growth.add_potential(frame, learned(), None, FEW, YEAR)

    assert added["expected_growth"].to_list() == [0.0, 10.0]


def test_who_brought_nothing_in_the_last_year_is_expected_to_grow_by_nothing():
    silent = customers(0.0, 10.0, revenue_last_year=[0.0, 0.0])
    model = learned(p_growth=None, growth_size=None)
    added = growth.add_potential(silent, model, estimates(("a", 5, 9.0)), FEW, YEAR)

    assert added["p_growth"].to_list() == [None, None]
    assert added["expected_growth"].to_list() == [0.0, 0.0]


@pytest.mark.parametrize("model", [None, growth.fit(company(728), AS_OF, FEW)])
def test_where_nothing_was_learned_past_revenue_leads_and_the_flag_says_so(model):
    frame = customers(5.0, 1.0, 9.0, revenue_last_year=[10.0, 30.0, -20.0])
    added = growth.add_potential(frame, model, None, FEW, YEAR)

    assert added["expected_growth"].to_list() == [5.0, 15.0, 0.0]
    assert added["growth_basis"].to_list() == ["past_revenue"] * 3
    assert added["p_growth"].to_list() == [None] * 3


def test_each_meaning_is_said_with_its_own_sum():
    wallets = estimates(("a", 5, 1100.0), ("b", 5, 200.0))
    frame = customers(0.0, 10.0, 20.0)  # of whom the upper one of the circle is worth 16
    added = growth.add_potential(frame, learned(), wallets, FEW, YEAR)
    potential, wallet, change, chance, _ = growth.words.meanings(added, "en", "EUR")

    assert potential.startswith("Growth potential") and potential.endswith("€22.")
    assert "(2 customers): €1,100" in wallet
    assert "−\u2060€30" in change
    assert "2 customers" in chance and "€30 more margin" in chance

    unlearned = growth.add_potential(frame, None, None, FEW, YEAR)
    assert len(growth.words.meanings(unlearned, "zh", "EUR")) == 2


def test_adding_twice_is_adding_once():
    once = growth.add_potential(customers(0.0, 10.0), learned(), estimates(("a", 5, 120.0)), FEW, 9)
    twice = growth.add_potential(once, learned(), estimates(("a", 5, 120.0)), FEW, 9)

    assert twice.select(once.columns).equals(once)


def test_nobody_gets_the_same_columns():
    one = growth.add_potential(customers(1.0), None, estimates(), FEW, YEAR)
    none = growth.add_potential(customers(1.0).clear(), None, estimates(), FEW, YEAR)

    assert none.schema == one.schema
    assert none.is_empty()


@pytest.mark.parametrize(
    "column", ["frequency", "revenue_next_year", "cost_to_serve", "actual_value"]
)
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
