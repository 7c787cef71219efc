"""What a year may bring in all: the forecast, and the last year with its growth, averaged."""

import polars as pl

from segment import growth
from segment.growth import GrowthRules

YEAR = 365


def likely(model: growth.GrowthModel | None, horizon_days: int = YEAR) -> list[float]:
    """Two customers who bought for 100 and are forecast to bring 90 in a year."""
    usual = {
        "customer_id": ["a", "b"], "T": 100, "frequency": 3, "recency": 50, "margin_rate": 0.5,
        "revenue_last_year": 100.0, "revenue_next_year": 90.0, "cost_to_serve": 0.0,
        "actual_value": 1.0,
    }  # fmt: skip
    frame = growth.add_potential(pl.DataFrame(usual), model, None, GrowthRules(), horizon_days)
    return frame["likely_revenue"].to_list()


def test_it_is_the_mean_of_the_forecast_and_of_the_last_year_with_its_growth():
    known = pl.DataFrame(
        {
            "customer_id": ["a", "b"],
            "p_growth": [0.5, None],  # nothing is known of b
            "growth_size": [60.0, None],
            "breadth": [1, 1],
        }
    )
    model = growth.GrowthModel(customers=known)

    assert likely(model) == [(90 + 100 + 30) / 2, (90 + 100) / 2]
    assert likely(model, 2 * YEAR) == likely(model)  # of a year, whatever the horizon


def test_where_nothing_was_learned_it_is_the_forecast():
    assert likely(None) == [90.0, 90.0]
