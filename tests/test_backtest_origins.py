"""From which days the forecast is made again, and what is said where the data do not reach."""

import datetime as dt

import polars as pl
import pytest

from segment import backtest
from segment.backtest import BacktestRules
from segment.errors import ConfigError, DataError

AS_OF = dt.date(2026, 10, 31)
FEW = BacktestRules(fewest_customers=1)


def bought(*days_ago: int, amount: float = 10.0) -> pl.DataFrame:
    """One customer for each number of days before AS_OF."""
    return pl.DataFrame(
        {
            "customer_id": [f"C{n}" for n in range(len(days_ago))],
            "date": [AS_OF - dt.timedelta(days=n) for n in days_ago],
            "amount": amount,
        },
        schema={"customer_id": pl.String, "date": pl.Date, "amount": pl.Float64},
    )


def test_a_history_of_twice_the_horizon_holds_one_origin():
    found = backtest.plan(bought(199, 0), AS_OF, 100, FEW)  # 200 days, both ends counted

    assert found.origins == (AS_OF - dt.timedelta(days=100),)
    assert (found.n_days, found.missing) == (200, None)


def test_a_day_less_holds_none_and_says_what_is_missing():
    found = backtest.plan(bought(198, 0), AS_OF, 100, FEW)

    assert (found.origins, found.n_days, found.missing) == ((), 199, "days")


def test_the_origins_lie_a_quarter_apart_the_oldest_first():
    found = backtest.plan(bought(1095), AS_OF, 365, FEW)

    assert found.origins == (
        dt.date(2025, 1, 31), dt.date(2025, 5, 2), dt.date(2025, 8, 1), dt.date(2025, 10, 31),
    )  # fmt: skip


@pytest.mark.parametrize(("first", "n"), [(1002, 3), (1003, 4)])  # 365 + 3 * 91 + 364 days ago
def test_an_origin_with_less_history_than_horizon_is_left_out(first, n):
    found = backtest.plan(bought(first - 1), AS_OF, 365, FEW)

    assert len(found.origins) == n


@pytest.mark.parametrize(("fewest", "n"), [(2, 1), (3, 0)])
def test_too_few_customers_cannot_judge_a_forecast(fewest, n):
    rules = BacktestRules(fewest_customers=fewest, n_origins=1)

    found = backtest.plan(bought(250, 100, 99), AS_OF, 100, rules)

    assert len(found.origins) == n
    assert found.missing == (None if n else "customers")
    assert (found.n_known, found.n_customers) == (2, 3)  # the third came after the origin


def test_refunds_and_what_comes_later_are_no_history():
    rows = pl.concat([bought(900, amount=-5.0), bought(150), bought(-3)])

    found = backtest.plan(rows, AS_OF, 100, FEW)

    assert (found.n_days, found.n_customers, found.missing) == (151, 1, "days")


def test_without_a_purchase_there_are_no_days():
    found = backtest.plan(bought(), AS_OF, 100, FEW)

    assert (found.origins, found.n_days, found.n_known, found.missing) == ((), 0, 0, "days")


def test_what_are_no_transactions_is_refused():
    with pytest.raises(DataError, match="amount"):
        backtest.plan(bought(1).drop("amount"), AS_OF, 100, FEW)


@pytest.mark.parametrize(
    "nonsense",
    [
        {"n_origins": 0}, {"step_days": 0}, {"candidates": ()}, {"candidates": ("nbd", "nbd")},
        {"bias_slack": 1.1}, {"fewest_customers": 0}, {"most_customers": 0}, {"seed": -1},
    ],
)  # fmt: skip
def test_rules_refuse_nonsense_by_its_name(nonsense):
    with pytest.raises(ConfigError, match=next(iter(nonsense))):
        BacktestRules(**nonsense)


def test_a_candidate_that_is_no_model_is_refused_with_the_nearest():
    with pytest.raises(ConfigError, match=r"'bgnbd'.*did you mean 'bg_nbd'"):
        BacktestRules(candidates=("bgnbd",))
