"""The forecast made again on earlier days: what it may know, and what it is held against."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from segment import backtest
from segment.backtest import BacktestRules, naive
from segment.backtest.replay import sample
from segment.clv import ClvRules

AS_OF = dt.date(2026, 10, 31)
ORIGIN = dt.date(2026, 7, 23)  # 100 days before
QUICK = ClvRules(purchase_model="nbd", horizon_days=100)
ONCE = BacktestRules(n_origins=1, fewest_customers=1)


def company(n_customers: int = 40) -> pl.DataFrame:
    rng = np.random.default_rng(3)
    n = n_customers * 12
    days = rng.integers(0, 600, n)
    return pl.DataFrame(
        {
            "customer_id": [f"C{one:03d}" for one in rng.integers(0, n_customers, n)],
            "date": [AS_OF - dt.timedelta(days=int(day)) for day in days],
            "amount": np.round(rng.gamma(2.0, 20.0, n), 2),
        }
    )


def replayed(rows, rules=ONCE, forecast=QUICK) -> pl.DataFrame:
    plan = backtest.plan(rows, AS_OF, forecast.horizon_days, rules)
    return backtest.replay(rows, plan, forecast, rules)


def test_the_forecast_does_not_see_what_came_after():
    rows = company()
    doubled = rows.with_columns(
        amount=pl.when(pl.col("date") > ORIGIN).then(pl.col("amount") * 2).otherwise("amount")
    )

    first, second = replayed(rows), replayed(doubled)

    said = [
        "origin",
        "method",
        "customer_id",
        "predicted",
        "low",
        "high",
    ]
    assert first.select(said).equals(second.select(said))
    assert second["actual"].sum() == pytest.approx(2 * first["actual"].sum())


def test_the_same_customers_are_judged_by_their_net_spend_and_silence_is_nothing():
    rows = company()
    others = pl.DataFrame(
        {
            "customer_id": ["silent", "late", "refund only", "back", "back", "back", "back"],
            "date": [ORIGIN, ORIGIN + dt.timedelta(days=1), ORIGIN, ORIGIN,
                     ORIGIN + dt.timedelta(days=1), AS_OF, AS_OF + dt.timedelta(days=1)],
            "amount": [10.0, 10.0, -10.0, 50.0, 20.0, -5.0, 900.0],
        }
    )  # fmt: skip

    found = replayed(pl.concat([rows, others])).filter(method="nbd")

    spent = dict(found.select("customer_id", "actual").iter_rows())
    assert {"late", "refund only"}.isdisjoint(spent)
    assert (spent["silent"], spent["back"]) == (0.0, 15.0)
    inside = pl.col("date").is_between(ORIGIN, AS_OF, closed="right")
    c1 = rows.filter(inside, pl.col("customer_id") == "C001")["amount"].sum()
    assert spent["C001"] == pytest.approx(c1)


def test_naive_rules_stand_beside_each_model_and_have_no_bounds():
    found = replayed(company(), forecast=ClvRules(horizon_days=100))

    methods = ["mbg_nbd", "pareto_nbd", "bg_nbd", "nbd", *naive.NAMES]
    assert found["method"].unique(maintain_order=True).to_list() == methods
    assert set(found.drop_nulls(["low", "high"])["method"]) <= set(methods) - set(naive.NAMES)
    assert found.group_by("method").len()["len"].n_unique() == 1


def test_only_the_model_that_is_chosen_has_ranges_and_they_are_those_of_the_forecast():
    rows, auto = company(), ClvRules(horizon_days=100)
    found = replayed(rows, forecast=auto)
    chosen = backtest.choose(backtest.measure(found), auto, ONCE)

    ranged = found.drop_nulls(["low", "high"])
    alone = replayed(rows, forecast=chosen).drop_nulls(["low", "high"])
    assert ranged.height > 0
    assert ranged.equals(alone)
    assert ranged.height == found.filter(method=chosen.purchase_model).height


def test_a_model_that_the_rules_name_is_alone():
    found = replayed(company())

    assert set(found["method"]) == {"nbd", *naive.NAMES}


def test_without_an_origin_there_are_no_rows():
    found = replayed(company().filter(pl.col("date") > ORIGIN))

    assert found.is_empty()
    assert backtest.measure(found).is_empty()


def test_the_same_call_gives_the_same_bytes_in_any_order_of_the_rows():
    rows = company()

    assert replayed(rows).equals(replayed(rows.reverse()))


def test_above_the_most_customers_a_sample_is_tried_and_exactly_as_many_are_all():
    rows = company(400)
    n = rows["customer_id"].n_unique()

    def tried(most: int) -> int:
        rules = BacktestRules(most_customers=most)
        plan = backtest.plan(rows, AS_OF, 100, rules)
        return sample(rows, plan, rules)["customer_id"].n_unique()

    assert tried(n) == n
    assert tried(100) == pytest.approx(100, abs=30)  # three standard deviations of a binomial


def test_a_smaller_sample_is_part_of_a_larger_one():
    rows = company(400)
    smaller, larger = (
        set(sample(rows, backtest.plan(rows, AS_OF, 100, rules), rules)["customer_id"])
        for rules in (BacktestRules(most_customers=50), BacktestRules(most_customers=200))
    )

    assert smaller < larger


def test_on_cdnow_the_past_rate_ranks_better_than_bg_nbd_and_is_far_too_high(cdnow_sample):
    """273 days from 1997-09-30, the forecast in its classic form.

    That simple rules put customers into as good an order or a better one is the finding of
    Wübben & Wangenheim 2008, on these data too; in total the model is far closer.
    """
    forecast = ClvRules(purchase_model="bg_nbd", spend_basis="repeat", horizon_days=273)
    plan = backtest.plan(cdnow_sample, dt.date(1998, 6, 30), 273, BacktestRules())

    measured = backtest.measure(backtest.replay(cdnow_sample, plan, forecast, BacktestRules()))

    assert plan.origins == (dt.date(1997, 9, 30),)
    model, rule = (measured.filter(method=one) for one in ("bg_nbd", "past_rate"))
    assert abs(model["bias"].item()) < 0.2
    assert rule["bias"].item() > 1.5
    assert [(win.question, win.rule) for win in backtest.wins(measured, "bg_nbd")] == [
        ("order", "past_rate")
    ]
