"""What serving each customer will cost: so much an order, and so much a year while served.

An activity that follows orders costs each customer the own mean an order, drawn towards
everybody's; so does a posting of one that goes on with the calendar. That comes at an own rate: a
regression tells how often customers who buy so often and so much are usually served (Poisson, on
the logarithms of both), a mixture how customers differ from that, and Bayes' rule what a customer's
own record says.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from segment import credibility, mixture
from segment.summary import YEAR_DAYS
from segment.threads import one_thread
from segment.value import pricing
from segment.value.activities import OLDER_WEIGHT, Activities

Floats = NDArray[np.float64]

TIMES_USUAL = np.concatenate([[0.02], np.geomspace(0.05, 30.0, 40)])  # rates, of the usual one
FEWEST_TAUGHT = 100  # customers; fewer cannot teach who is usually served how often
MOST_TAUGHT = 20_000
FAR = 3.0  # standard deviations beyond which the regression is not drawn on
SHORTEST_DAYS = 90  # a shorter ledger counts as one of so many days
LEAST_RATE = 1e-4  # a year; a customer whom nobody ever visits may be visited
STEP = 0.1  # of the logarithm of purchases, over which the slope is taken


@dataclass(frozen=True, kw_only=True)
class Serving:
    """What serving costs, arrays of one a customer: an_order and a_year, in money.

    `a_year_sd` is how far a_year may be wrong, `one_sd` the square root of the variance that
    chance adds to a year, `moves` the power with which a_year would be another if the customer
    bought more often than supposed (0 where it is told by the own postings alone). `often` is how
    many calendar postings a year brings, `last_on` the days from the first purchase to the last
    of them (-1 for none).
    """

    an_order: Floats
    a_year: Floats
    a_year_sd: Floats
    one_sd: Floats
    moves: Floats
    often: Floats
    last_on: Floats


@one_thread
def rates(
    customers: pl.DataFrame, known: Activities, purchases_a_year: Floats, horizon_days: int
) -> Serving:
    """Return what serving each customer will cost in the prices of the horizon.

    `customers` come from `clv.predict`.
    """
    n = customers.height
    an_order, a_year, variance, chance, moves, often = (np.zeros(n) for _ in range(6))
    told = _told(customers, purchases_a_year)
    kinds = known.kinds.select("activity", "follows", "price", "rise_rate", "since")
    for activity, follows, usual_price, rise_rate, since in kinds.iter_rows():
        dearer = pricing.to_come(rise_rate, horizon_days)
        n_orders, years = _record(customers, known, since)
        times, cost, square = _counts(customers, known, activity)
        if follows == "orders":
            an_order += _an_order(cost, square, n_orders) * dearer
            continue
        rate, spread, moved = _a_year(told, times, years)
        own, around = _price(cost, square, times)
        price = usual_price * own * dearer
        a_year += rate * price
        moves += rate * price * moved
        variance += (spread * price) ** 2
        chance += rate * (price**2 + around)
        often += rate
    given = _floats(customers, "yearly_cost", default=np.nan)
    is_given = ~np.isnan(given)
    return Serving(
        an_order=np.where(is_given, 0.0, an_order),
        a_year=np.where(is_given, np.nan_to_num(given), a_year),
        a_year_sd=np.where(is_given, 0.0, np.sqrt(variance)),
        one_sd=np.where(is_given, 0.0, np.sqrt(chance)),
        moves=np.where(is_given, 0.0, moves / np.maximum(a_year, LEAST_RATE)),
        often=often,
        last_on=_last_on(customers, known),
    )


def _record(customers: pl.DataFrame, known: Activities, since: dt.date) -> tuple[Floats, Floats]:
    """Return the orders and the years that an activity's postings are about, older ones half."""
    first = customers.join(
        known.served, on="customer_id", how="left", maintain_order="left"
    ).select(pl.min_horizontal(customers["first_on"], "first_on_right"))
    least = known.as_of - dt.timedelta(days=SHORTEST_DAYS - 1)
    since = min(since, least)
    days = (known.as_of - first.to_series().clip(lower_bound=since)).dt.total_days() + 1
    lately = np.minimum(days.to_numpy(), YEAR_DAYS)
    years = (lately + OLDER_WEIGHT * (days.to_numpy() - lately)) / YEAR_DAYS
    # purchases of before the ledger begins have no postings
    age = _floats(customers, "T") + 1
    in_year = _floats(customers, "purchases_last_year")
    before = _floats(customers, "frequency") + 1 - in_year
    lately_bought = in_year * np.minimum(lately / np.minimum(age, YEAR_DAYS), 1.0)
    held = np.clip((days.to_numpy() - YEAR_DAYS) / np.maximum(age - YEAR_DAYS, 1), 0, 1)
    return lately_bought + OLDER_WEIGHT * before * held, years


def _counts(
    customers: pl.DataFrame, known: Activities, activity: str
) -> tuple[Floats, Floats, Floats]:
    own = customers.select("customer_id").join(
        known.counts.filter(activity=activity), on="customer_id", how="left", maintain_order="left"
    )
    times, cost, square = (
        own[name].fill_null(0).to_numpy() for name in ("times", "cost", "square")
    )
    return times, cost, square


def _an_order(cost: Floats, square: Floats, n_orders: Floats) -> Floats:
    n = np.maximum(n_orders, 0.0)
    own = np.divide(cost, n, out=np.zeros_like(cost), where=n > 0)
    around = np.divide(square, n, out=np.zeros_like(cost), where=n > 0) - own**2
    several = n > 1
    within = np.divide(around * n, n - 1, out=np.zeros_like(cost), where=several).clip(0)
    return credibility.drawn(own, n, within)


def _a_year(told: Floats, times: Floats, years: Floats) -> tuple[Floats, Floats, Floats]:
    """Return how often a year an activity comes, its standard deviation, and how it moves."""
    usual, slope = _usual(told, times, years)
    seen = times[:, None] * np.log(TIMES_USUAL) - (usual * years)[:, None] * TIMES_USUAL
    weights = mixture.fit(seen)
    share = mixture.posterior(seen, weights)
    mean = share @ TIMES_USUAL
    spread = np.sqrt(np.maximum(share @ TIMES_USUAL**2 - mean**2, 0.0))
    # what the own record leaves open of how a customer differs is told by the purchases
    logs = np.log(TIMES_USUAL)
    left = share @ logs**2 - (share @ logs) ** 2
    before = weights @ logs**2 - (weights @ logs) ** 2
    moves = slope * np.clip(left / max(before, LEAST_RATE), 0.0, 1.0)
    return usual * mean, usual * spread, moves


def _told(customers: pl.DataFrame, purchases_a_year: Floats) -> Floats:
    """Return what tells how often customers are served: the logs of how often and much they buy."""
    size = np.maximum(_floats(customers, "expected_spend"), LEAST_RATE)
    often = np.maximum(purchases_a_year, LEAST_RATE)
    return np.asarray(np.log(np.stack([often, size], axis=1)))


def _usual(told: Floats, times: Floats, years: Floats) -> tuple[Floats, Floats]:
    """Return how often a year such customers are usually served, and its slope in purchases."""
    from sklearn.linear_model import PoissonRegressor  # noqa: PLC0415 (takes a second to import)

    everybody = max(times.sum() / max(years.sum(), LEAST_RATE), LEAST_RATE)
    if len(times) < FEWEST_TAUGHT or not times.any():
        return np.full_like(times, everybody), np.zeros_like(times)
    middle, spread = told.mean(axis=0), np.maximum(told.std(axis=0), LEAST_RATE)
    some = slice(None, None, -(-len(times) // MOST_TAUGHT))
    taught = PoissonRegressor(alpha=1e-4, max_iter=1000).fit(
        _curved((told - middle) / spread)[some],
        (times / years)[some] / everybody,
        sample_weight=years[some],
    )
    usual, with_more = (
        np.maximum(taught.predict(_curved((told + more - middle) / spread)) * everybody, LEAST_RATE)
        for more in (0.0, np.array([STEP, 0.0]))
    )
    return usual, np.clip(np.log(with_more / usual) / STEP, 0.0, 1.0)


def _curved(told: Floats) -> Floats:
    near = np.clip(told, -FAR, FAR)
    return np.concatenate([near, near**2, near[:, :1] * near[:, 1:]], axis=1)


def _price(cost: Floats, square: Floats, times: Floats) -> tuple[Floats, float]:
    """Return what a posting costs each customer, times the usual, and its variance within them."""
    mean = np.divide(cost, times, out=np.zeros_like(cost), where=times > 0)
    around = np.maximum(square - times * mean**2, 0.0)
    within = np.divide(around, times - 1, out=np.zeros_like(cost), where=times > 1)
    total = float(times.sum())
    if total <= 0 or cost.sum() <= 0:
        return np.ones_like(cost), 0.0
    usual = float(cost.sum()) / total
    if (times > 1).sum() < credibility.FEWEST:
        return np.ones_like(cost), float(around.sum()) / total
    return credibility.drawn(mean, times, within) / usual, float(around.sum()) / total


def _last_on(customers: pl.DataFrame, known: Activities) -> Floats:
    last = customers.join(known.served, on="customer_id", how="left", maintain_order="left")
    days = last.select((pl.col("last_on_right") - pl.col("first_on")).dt.total_days())
    return days.to_series().fill_null(-1).clip(lower_bound=-1).cast(pl.Float64).to_numpy()


def _floats(frame: pl.DataFrame, column: str, default: float = 0.0) -> Floats:
    if column not in frame.columns:
        return np.full(frame.height, default)
    return frame[column].cast(pl.Float64).fill_null(default).to_numpy()
