"""The ranges hold what they say: against draws from the very models, customer by customer."""

import datetime as dt
import itertools
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from segment import clv, purchases, spend, summary
from segment.clv.fitting import on_the_clock
from segment.clv.outcome import LARGEST_TRADE, OVERSTATED

CALIBRATION_END = dt.date(1997, 9, 30)
MOST = 0.8 - OVERSTATED * 0.2  # the share of ranges that start at 0
N_DRAWS = 400


@pytest.fixture(scope="module")
def forecast(cdnow_sample):
    rules = clv.ClvRules(horizon_days=273)
    history = summary.read(cdnow_sample, CALIBRATION_END)
    model = clv.fit(history, rules)
    sure = replace(  # drawn from the model as it stands
        model,
        purchases=replace(model.purchases, covariance=None),
        spend=replace(model.spend, covariance=None),
    )
    return clv.predict(history.customers, sure, rules), sure, rules


@pytest.fixture(scope="module")
def drawn(forecast):
    """Money of each customer in each draw."""
    customers, model, rules = forecast
    rng = np.random.default_rng(1)
    x, t_x, T, pace = on_the_clock(customers, model.clock)
    assert (pace == 1).all()
    ahead = float(model.clock.ahead(rules.horizon_days))
    n = purchases.draw(model.purchases, x, t_x, T, ahead, N_DRAWS, rng)
    known = spend.evidence(customers, model.spend, "all")
    shape = model.spend.p * known.weight + model.spend.q
    rate = model.spend.gamma * known.usual + known.weight * known.mean
    nu = rng.gamma(shape[:, None], 1 / rate[:, None], n.shape)
    return rng.gamma(model.spend.p * n) / nu * model.clock.spend_factor(rules.horizon_days)


def test_ranges_hold_their_share_of_what_the_models_draw(forecast, drawn):
    customers = forecast[0]
    low, high = customers["revenue_low"].to_numpy(), customers["revenue_high"].to_numpy()

    inside = ((drawn >= low[:, None]) & (drawn <= high[:, None])).mean(axis=1)

    assert inside.mean() == pytest.approx(0.80, abs=0.02)
    assert inside[high == 0].min() > 0.72  # nothing is likelier than 80%, by 400 draws
    assert inside[low > 0].mean() == pytest.approx(0.80, abs=0.01)
    assert MOST - LARGEST_TRADE - 0.01 < inside[(high > 0) & (low == 0)].mean() < MOST + 0.01


def test_nobodys_range_hangs_on_who_else_is_asked_about(forecast):
    customers, model, rules = forecast
    some = customers.filter(pl.col("frequency") > 2)

    again = clv.predict(some, model, rules)

    for column in ("expected_revenue", "revenue_low", "revenue_high", "revenue_sd", "clv"):
        assert again[column].to_numpy() == pytest.approx(some[column].to_numpy(), rel=1e-9)


def test_nothing_is_as_likely_as_in_the_draws(forecast, drawn):
    found = forecast[0]["p_nothing"].to_numpy()

    assert found.mean() == pytest.approx((drawn == 0).mean(), abs=0.005)


@pytest.mark.parametrize("size", [1, 5, 20, 200])
def test_totals_of_groups_of_any_size_hold_their_share(forecast, drawn, size):
    customers, model, rules = forecast
    order = np.random.default_rng(3).permutation(customers.height)[: 200 * size]
    n_groups = len(order) // size
    group = np.repeat(np.arange(n_groups), size)
    some = customers[order[: n_groups * size]].with_columns(group=pl.Series(group))
    came = np.add.reduceat(drawn[order[: n_groups * size]], np.arange(n_groups) * size, axis=0)

    found = clv.total(some, model, rules, by="group")

    low, high = (found[name].to_numpy()[:, None] for name in ("revenue_low", "revenue_high"))
    inside = ((came >= low) & (came <= high)).mean()
    assert 0.77 <= inside <= (0.92 if size < 20 else 0.83)  # a small group may well bring nothing


def test_the_spread_is_that_of_the_draws(forecast, drawn):
    found = forecast[0]["revenue_sd"].to_numpy()

    assert (found**2).sum() == pytest.approx(drawn.var(axis=1).sum(), rel=0.1)
    assert np.corrcoef(found, drawn.std(axis=1))[0, 1] > 0.97


def test_a_total_is_far_surer_than_its_parts(forecast, drawn):
    customers, model, rules = forecast

    found = clv.total(customers, model, rules).row(0, named=True)

    assert found["customers"] == customers.height
    assert found["expected_revenue"] == pytest.approx(drawn.sum(axis=0).mean(), rel=0.02)
    low, high = np.quantile(drawn.sum(axis=0), [0.1, 0.9])
    assert found["revenue_low"] == pytest.approx(low, rel=0.02)
    assert found["revenue_high"] == pytest.approx(high, rel=0.02)


def test_groups_have_totals_in_their_order_and_past_misses_widen_them(forecast):
    customers, model, rules = forecast
    tens = pl.Enum(["many", "few"])
    grouped = customers.with_columns(
        group=pl.when(pl.col("frequency") > 2)
        .then(pl.lit("many"))
        .otherwise(pl.lit("few"))
        .cast(tens)
    )

    found = clv.total(grouped, model, rules, by="group")
    wider = clv.total(grouped, model, rules, by="group", past_miss=0.15)

    assert found["group"].to_list() == ["many", "few"]
    assert found["customers"].sum() == customers.height
    spans = [(each["revenue_high"] - each["revenue_low"]).to_numpy() for each in (found, wider)]
    assert (spans[1] > 1.5 * spans[0]).all()


def test_what_the_data_leave_open_widens_the_total(cdnow_sample):
    rules = clv.ClvRules(horizon_days=273)
    few = cdnow_sample.filter(pl.col("customer_id").cast(pl.Int64) % 20 == 0)
    history = summary.read(few, CALIBRATION_END)
    model = clv.fit(history, rules)
    sure = replace(
        model,
        purchases=replace(model.purchases, covariance=None),
        spend=replace(model.spend, covariance=None),
    )
    customers = clv.predict(history.customers, model, rules)

    open_, closed = (clv.total(customers, each, rules).row(0, named=True) for each in (model, sure))

    assert open_["revenue_high"] - open_["revenue_low"] > 1.1 * (
        closed["revenue_high"] - closed["revenue_low"]
    )


def test_a_wider_share_is_a_wider_range(cdnow_sample):
    history = summary.read(cdnow_sample, CALIBRATION_END)
    rules = clv.ClvRules(horizon_days=273)
    model = clv.fit(history, rules)

    ranges = [
        clv.predict(history.customers, model, replace(rules, interval=share))
        for share in (0.5, 0.8, 0.95)
    ]

    for narrow, wide in itertools.pairwise(ranges):
        assert (narrow["revenue_high"] <= wide["revenue_high"] + 1e-9).all()
        assert (narrow["revenue_low"] >= wide["revenue_low"] - 1e-9).all()
