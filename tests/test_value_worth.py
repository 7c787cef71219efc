"""What customers are worth, on a small company whose truth is known."""

import dataclasses
import datetime as dt

import numpy as np
import polars as pl
import pytest

from segment import clv, sample, summary, value
from segment.clv import ClvRules
from segment.errors import DataError
from segment.sample import SampleRules
from segment.value import ValueRules, presence, serving

FORECAST = ClvRules(purchase_model="pareto_nbd")
RULES = ValueRules()
YEAR = 365


@pytest.fixture(scope="module")
def company() -> sample.Company:
    return sample.make(SampleRules(n_customers=3000, seed=5))


@pytest.fixture(scope="module")
def as_of(company) -> dt.date:
    return company.rules.last_on


@pytest.fixture(scope="module")
def forecast(company, as_of) -> tuple[pl.DataFrame, clv.ClvModel]:
    bought = company.tables["transactions"]
    history = summary.read(bought, as_of)
    model = clv.fit(history, FORECAST)
    customers = history.customers.pipe(
        value.add_margin, bought, company.tables["products"], 0.3, RULES
    ).pipe(clv.predict, model, FORECAST)
    return customers, model


@pytest.fixture(scope="module")
def known(company, as_of) -> value.Activities:
    return value.activities(
        company.tables["transactions"], company.tables["costs"], None, RULES, as_of
    )


@pytest.fixture(scope="module")
def worth(forecast, known) -> pl.DataFrame:
    customers, model = forecast
    return value.add_worth(customers, known, model, RULES, FORECAST)


@pytest.fixture(scope="module")
def beside_truth(worth, company) -> pl.DataFrame:
    factor = pl.col("clv") / (pl.col("expected_revenue") * pl.col("margin_rate"))
    truth = company.truth["customers"].select(
        "customer_id", "is_below_zero", "is_active", "expected_cost", "expected_contribution",
        outcome=pl.col("next_year_margin") - pl.col("next_year_cost"),
    )  # fmt: skip
    return worth.with_columns(discount=factor.fill_nan(1.0)).join(truth, on="customer_id")


def test_the_actual_value_is_the_margin_less_the_cost_to_serve(worth):
    off = (worth["clv"] - worth["cost_to_serve"] - worth["actual_value"]).abs()

    assert off.max() < 1e-9


def test_the_sample_is_told_what_follows_its_orders(known):
    assert dict(known.kinds.select("activity", "follows").sort("activity").rows()) == {
        "delivery": "orders", "special handling": "orders",
        "service contact": "calendar", "visit": "calendar",
    }  # fmt: skip


def test_cost_and_value_of_all_are_near_the_truth(beside_truth):
    cost = (beside_truth["cost_to_serve"] / beside_truth["discount"]).sum()
    worth = (beside_truth["actual_value"] / beside_truth["discount"]).sum()

    assert cost == pytest.approx(beside_truth["expected_cost"].sum(), rel=0.05)
    assert worth == pytest.approx(beside_truth["expected_contribution"].sum(), rel=0.06)


def test_those_below_zero_are_found_among_customers_of_a_year(beside_truth):
    old = beside_truth.filter(pl.col("T") >= YEAR)
    flagged = old["p_below_zero"] >= 0.20
    is_below = old["is_below_zero"]

    assert flagged.filter(is_below).mean() > 0.88
    assert flagged.filter(~is_below).mean() < 0.06


def test_the_odds_mean_what_they_say(beside_truth):
    old = beside_truth.filter(pl.col("T") >= YEAR)
    likely, not_likely = (
        old.filter((pl.col("p_below_zero") > 0.9) == which) for which in (True, False)
    )

    assert likely["is_below_zero"].mean() > 0.9
    assert not_likely["p_below_zero"].sum() == pytest.approx(
        not_likely["is_below_zero"].sum(), rel=0.35
    )


def test_ranges_hold_their_share_of_the_outcomes(beside_truth):
    inside = beside_truth.select(
        (pl.col("outcome") * pl.col("discount"))
        .is_between(pl.col("value_low") - 1e-6, pl.col("value_high") + 1e-6)
        .alias("held"),
        "p_served",
    )

    assert inside["held"].mean() >= FORECAST.interval
    assert inside.filter(pl.col("p_served") > 0.5)["held"].mean() > FORECAST.interval - 0.05


def test_who_is_still_visited_is_there_although_nothing_was_bought(forecast, known, as_of):
    customers, model = forecast
    x, t_x, T, _ = clv.on_the_clock(customers, model.clock)
    told = serving.rates(customers, known, np.ones(customers.height), 365)
    silent = dataclasses.replace(told, last_on=-np.ones(customers.height))
    today = dataclasses.replace(told, last_on=customers["T"].cast(pl.Float64).to_numpy())

    by_purchases = customers["p_alive"].to_numpy()
    visited = presence.there(customers, (x, t_x, T), model.purchases, today)
    unseen = presence.there(customers, (x, t_x, T), model.purchases, silent)

    assert (visited >= by_purchases - 1e-9).all()
    assert visited.min() > 0.99
    assert (unseen <= by_purchases + 1e-9).all()


def test_without_costs_the_margin_stands_alone_and_the_odds_are_unknown(forecast, company, as_of):
    customers, model = forecast
    nothing = value.activities(company.tables["transactions"], None, None, RULES, as_of)
    alone = value.add_worth(customers, nothing, model, RULES, FORECAST)

    assert alone["actual_value"].to_list() == alone["clv"].to_list()
    assert alone["cost_to_serve"].null_count() == alone.height
    assert alone["p_below_zero"].null_count() == alone.height
    assert set(alone["cost_basis"].drop_nulls()) == {"unknown"}


def test_where_costs_are_not_recorded_the_usual_share_may_stand_for_them(forecast, company, as_of):
    customers, model = forecast
    rules = ValueRules(usual_cost_share=0.10)
    nothing = value.activities(company.tables["transactions"], None, None, rules, as_of)
    usual = value.add_worth(customers, nothing, model, rules, FORECAST)
    earned = usual["clv"] / usual["margin_rate"]

    assert (usual["cost_to_serve"] / earned).drop_nans().mean() == pytest.approx(0.10, rel=1e-6)
    assert set(usual["cost_basis"].drop_nulls()) == {"usual"}


def test_a_given_figure_counts_instead_of_postings(forecast, known):
    customers, model = forecast
    given = customers.with_columns(
        yearly_cost=pl.when(pl.int_range(pl.len()) < 10).then(1e6).otherwise(None)
    )
    added = value.add_worth(given, known, model, RULES, FORECAST)
    expensive = added.head(10).filter(pl.col("p_served") > 0.9)

    assert expensive["cost_basis"].cast(pl.String).to_list() == ["given"] * expensive.height
    assert expensive["p_below_zero"].min() > 0.9
    assert expensive["cost_to_serve"].is_between(0.4e6, 1e6).all()


def test_who_never_bought_in_the_data_has_no_value(forecast, known):
    customers, model = forecast
    names = [name for name in customers.columns if name not in {"customer_id", "margin_rate"}]
    unknown = customers.head(1).with_columns(
        pl.lit("refunds only").alias("customer_id"),
        *(pl.lit(None, dtype=customers.schema[name]).alias(name) for name in names),
    )
    added = value.add_worth(pl.concat([customers, unknown]), known, model, RULES, FORECAST)

    assert (
        added.tail(1).select("cost_to_serve", "actual_value", "p_below_zero").row(0) == (None,) * 3
    )
    assert added["customer_id"].to_list() == [*customers["customer_id"], "refunds only"]


def test_twice_is_as_once_and_nobody_is_no_trouble(worth, known, forecast):
    _, model = forecast
    again = value.add_worth(worth, known, model, RULES, FORECAST)
    nobody = value.add_worth(worth.clear(), known, model, RULES, FORECAST)

    assert again.equals(worth)
    assert nobody.schema == worth.schema


def test_a_frame_that_is_no_forecast_is_refused(forecast, known):
    customers, model = forecast
    with pytest.raises(DataError, match=r"value\.add_worth needs the column p_nothing"):
        value.add_worth(customers.drop("p_nothing"), known, model, RULES, FORECAST)


def test_a_blocked_account_is_gone_unless_it_bought_since(forecast, known, as_of):
    customers, model = forecast
    last = pl.col("last_on")
    blocked = customers.with_columns(
        blocked_on=pl.when(pl.col("T") % 3 == 0)
        .then(last)  # on the day of the last purchase
        .when(pl.col("T") % 3 == 1)
        .then(last - pl.duration(days=1))  # lifted: there is a purchase since
    )
    told = value.add_worth(clv.predict(blocked, model, FORECAST), known, model, RULES, FORECAST)
    as_before = value.add_worth(customers, known, model, RULES, FORECAST)

    gone, others = (told.filter((pl.col("T") % 3 == 0) == which) for which in (True, False))
    nothing = (
        "p_alive", "expected_purchases", "expected_revenue", "revenue_low", "revenue_high",
        "revenue_sd", "clv", "revenue_next_year", "p_served", "cost_to_serve", "actual_value",
        "value_low", "value_high", "p_below_zero",
    )  # fmt: skip
    assert gone.height and not any(gone[name].abs().sum() for name in nothing)
    assert gone["p_nothing"].unique().to_list() == [1.0]
    assert others.drop("blocked_on").equals(as_before.filter(pl.col("T") % 3 != 0))
