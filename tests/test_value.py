"""Margins, costs and bounds of invented customers, worked out by hand."""

import datetime as dt

import polars as pl
import pytest

from segment import value
from segment.errors import ConfigError, DataError
from segment.value import ValueRules

AS_OF = dt.date(2026, 10, 31)
YEAR = 365


def transactions(*rows: tuple[str, str | None, float]) -> pl.DataFrame:
    schema = {"customer_id": pl.String, "product_id": pl.String, "amount": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def products(*rows: tuple[str, str | None, float | None]) -> pl.DataFrame:
    schema = {"product_id": pl.String, "family": pl.String, "margin_rate": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def people(*ids: str) -> pl.DataFrame:
    return pl.DataFrame({"customer_id": ids}, schema={"customer_id": pl.String})


def rates(bought: pl.DataFrame, sold: pl.DataFrame | None) -> list[float]:
    ids = bought["customer_id"].unique(maintain_order=True).to_list()
    added = value.add_margin(people(*ids), bought, sold, 0.30)
    return added["margin_rate"].round(12).to_list()


# --------------------------------------------------------------- margin


def test_a_margin_counts_by_the_money_that_went_into_it():
    bought = transactions(("a", "p", 300.0), ("a", "q", 100.0))

    assert rates(bought, products(("p", "tea", 0.10), ("q", "tea", 0.50))) == [0.20]


def test_a_refund_does_not_change_what_the_mix_earns():
    bought = transactions(("a", "p", 100.0), ("a", "q", 100.0), ("a", "q", -100.0))

    assert rates(bought, products(("p", None, 0.10), ("q", None, 0.50))) == [0.30]


def test_a_product_without_a_margin_has_the_mean_of_its_family():
    sold = products(("p", "tea", 0.10), ("q", "tea", 0.20), ("r", "tea", None))

    assert rates(transactions(("a", "r", 5.0)), sold) == [0.15]


def test_products_without_a_family_are_not_one_family():
    sold = products(("p", None, 0.90), ("q", None, None))

    assert rates(transactions(("a", "q", 5.0)), sold) == [0.30]


def test_what_is_unknown_counts_with_the_usual_rate():
    sold = products(("p", "tea", None), ("q", "tea", None), ("r", "mugs", 0.50))
    bought = transactions(
        ("family", "p", 5.0),  # nobody knows a margin of tea
        ("product", "x", 5.0),  # not in the list
        ("line", None, 5.0),
        ("refund", "r", -5.0),  # bought nothing
        ("gift", "r", 0.0),
        ("half", "r", 5.0), ("half", "x", 5.0),
    )  # fmt: skip

    assert rates(bought, sold) == [0.30, 0.30, 0.30, 0.30, 0.30, 0.40]


def test_without_products_everyone_has_the_usual_rate_and_lines_need_no_product():
    bought = transactions(("a", "p", 5.0)).drop("product_id")

    assert value.add_margin(people("a", "b"), bought, None, -0.1)["margin_rate"].to_list() == [
        -0.1,
        -0.1,
    ]


def test_a_margin_is_worked_out_anew_and_not_beside_the_old_one():
    bought, sold = transactions(("a", "p", 5.0)), products(("p", "tea", 0.10))
    once = value.add_margin(people("a"), bought, sold, 0.30)

    assert value.add_margin(once, bought, sold, 0.30).equals(once)


def test_customers_keep_their_order_and_nobody_is_no_trouble():
    bought, sold = transactions(("b", "p", 5.0), ("a", "p", 1.0)), products(("p", "tea", 0.10))

    assert value.add_margin(people("b", "a"), bought, sold, 0.3)["customer_id"].to_list() == [
        "b",
        "a",
    ]
    nobody = value.add_margin(people(), bought.clear(), sold.clear(), 0.3)
    assert nobody.schema == {"customer_id": pl.String, "margin_rate": pl.Float64}


def test_a_missing_column_is_named():
    with pytest.raises(DataError, match=r"value\.add_margin needs the column margin_rate"):
        value.add_margin(people("a"), transactions(), products().drop("margin_rate"), 0.3)


# --------------------------------------------------------------- cost to serve and bounds


def customers(*rows: dict[str, object]) -> pl.DataFrame:
    """Customers of two years whose revenue of 1,000 earns 200 after discounting."""
    usual = {
        "customer_id": "a", "T": 2 * YEAR, "p_alive": 1.0, "clv": 200.0, "margin_rate": 0.25,
        "expected_revenue": 1000.0, "revenue_low": 500.0, "revenue_high": 2000.0,
    }  # fmt: skip
    kinds = {"T": pl.Int64, "customer_id": pl.String}
    schema = {name: kinds.get(name, pl.Float64) for name in usual}
    return pl.DataFrame([usual | row for row in rows], schema=schema)


def costs(*rows: tuple[str, int, float]) -> pl.DataFrame:
    """Postings so many days before as_of, in a ledger that began long before the first."""
    began = [("somebody", 1000, 0.0)] if any(ago >= 0 for _, ago, _ in rows) else []
    days = [(who, AS_OF - dt.timedelta(days=ago), amount) for who, ago, amount in [*began, *rows]]
    schema = {"customer_id": pl.String, "date": pl.Date, "amount": pl.Float64}
    return pl.DataFrame(days, schema=schema, orient="row")


def worth(
    who: pl.DataFrame, posted: pl.DataFrame | None, horizon_days: int = YEAR, **rules: int
) -> dict[str, object]:
    added = value.add_costs(who, posted, ValueRules(**rules), AS_OF, horizon_days)
    return added.row(0, named=True)


def test_the_actual_value_is_the_margin_less_the_cost_to_serve():
    row = worth(customers({}), costs(("a", 10, 30.0), ("a", 20, 20.0)))

    assert row["cost_to_serve"] == pytest.approx(50.0)
    assert row["actual_value"] == pytest.approx(150.0)


@pytest.mark.parametrize(("ago", "cost"), [(364, 50.0), (365, 0.0)])
def test_the_window_holds_its_first_day_and_no_day_before(ago, cost):
    assert worth(customers({}), costs(("a", ago, 50.0)))["cost_to_serve"] == pytest.approx(cost)


def test_a_cost_that_was_posted_later_is_not_known():
    assert worth(customers({}), costs(("a", 0, 50.0), ("a", -1, 9.0)))["cost_to_serve"] == 50.0


def test_costs_are_carried_over_the_horizon_at_their_daily_rate():
    assert worth(customers({}), costs(("a", 1, 365.0)), 73)["cost_to_serve"] == pytest.approx(73.0)


def test_who_may_have_left_is_expected_to_cost_less():
    row = worth(customers({"p_alive": 0.25}), costs(("a", 1, 40.0)))

    assert row["cost_to_serve"] == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("T", "ago", "cost"),
    [
        (99, 99, 365.0),  # first bought 99 days ago: one of 100 days
        (99, 100, 0.0),  # before the first purchase: not at the rate of a customer
        (0, 89, 365.0 * 100 / 90),  # younger than 90 days: the postings count as of 90
        (0, 90, 0.0),
        (89, 89, 365.0 * 100 / 90),
        (90, 90, 365.0 * 100 / 91),
        (363, 363, 365.0 * 100 / 364),
        (364, 364, 100.0),
        (10_000, 364, 100.0),
    ],
)
def test_a_younger_customer_is_measured_by_the_days_there_were(T, ago, cost):
    row = worth(customers({"T": T}), costs(("a", ago, 100.0)))

    assert row["cost_to_serve"] == pytest.approx(cost)


def test_without_a_posting_a_customer_costs_nothing_where_others_have_some():
    assert worth(customers({}), costs(("b", 10, 30.0)))["cost_to_serve"] == 0.0


@pytest.mark.parametrize("posted", [None, costs(), costs(("a", -1, 30.0))])
def test_without_any_known_posting_the_cost_is_unknown_and_the_margin_stands_alone(posted):
    row = worth(customers({}), posted)

    assert row["cost_to_serve"] is None
    assert row["actual_value"] == 200.0


def test_the_bounds_are_those_of_the_revenue_discounted_as_the_expectation_is():
    row = worth(customers({}), costs(("a", 10, 50.0)))  # a fifth of the revenue is value

    assert (row["value_low"], row["value_high"]) == pytest.approx((50.0, 350.0))


def test_goods_sold_at_a_loss_have_their_lower_bound_below_their_upper_one():
    row = worth(customers({"clv": -200.0, "margin_rate": -0.25}), None)

    assert (row["value_low"], row["value_high"]) == pytest.approx((-400.0, -100.0))


def test_a_customer_expected_to_bring_nothing_has_bounds_by_the_margin():
    row = worth(customers({"clv": 0.0, "expected_revenue": 0.0, "revenue_low": 0.0}), None)

    assert (row["value_low"], row["value_high"]) == (0.0, 500.0)


def test_a_customer_known_by_refunds_only_has_no_value_and_no_cost():
    unknown = dict.fromkeys(
        ("T", "p_alive", "clv", "expected_revenue", "revenue_low", "revenue_high")
    )
    row = worth(customers(unknown), costs(("a", 10, 50.0)))

    names = ("cost_to_serve", "actual_value", "value_low", "value_high")
    assert [row[name] for name in names] == [None] * 4


def test_everyone_keeps_the_own_cost_and_place():
    who = customers({"customer_id": "b"}, {"customer_id": "a"}, {"customer_id": "c"})
    added = value.add_costs(
        who, costs(("a", 1, 1.0), ("b", 1, 2.0), ("x", 1, 9.0)), ValueRules(), AS_OF, YEAR
    )

    assert added.select("customer_id", pl.col("cost_to_serve").round(9)).rows() == [
        ("b", 2.0), ("a", 1.0), ("c", 0.0),
    ]  # fmt: skip


def test_nobody_gets_the_same_columns():
    one = value.add_costs(customers({}), costs(("a", 1, 1.0)), ValueRules(), AS_OF, YEAR)
    none = value.add_costs(customers(), costs(("a", 1, 1.0)), ValueRules(), AS_OF, YEAR)

    assert none.schema == one.schema
    assert none.is_empty()


def test_a_frame_that_is_no_forecast_is_refused():
    with pytest.raises(DataError, match=r"value\.add_costs needs the column p_alive"):
        worth(customers({}).drop("p_alive"), None)


# --------------------------------------------------------------- rules


def test_a_window_as_long_as_the_shortest_history_is_the_shortest():
    assert ValueRules(cost_window_days=90).cost_window_days == 90
    with pytest.raises(ConfigError, match="cost_window_days is 89; it is at least shortest_hist"):
        ValueRules(cost_window_days=89)


@pytest.mark.parametrize("name", ["cost_window_days", "shortest_history_days"])
@pytest.mark.parametrize("days", [0, -1, 1.5, float("nan"), True, "90", None])
def test_days_are_whole_and_one_or_more(name, days):
    with pytest.raises(ConfigError, match=f"{name} is .* whole number, 1 or more"):
        ValueRules(**{name: days})


@pytest.mark.parametrize(("first_ago", "cost"), [(364, 10.0), (181, 20.0), (90, 365 / 91 * 10)])
def test_a_ledger_that_begins_late_says_nothing_of_the_days_before_it(first_ago, cost):
    began = costs(("a", first_ago, 10.0)).filter(pl.col("customer_id") == "a")

    found = worth(customers({}), began)["cost_to_serve"]

    assert found == pytest.approx(cost, rel=0.01)
