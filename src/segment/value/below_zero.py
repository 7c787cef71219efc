"""How likely it is that serving a customer costs more than the customer brings.

A customer who is there buys at a rate that is gamma-distributed given the record; what a purchase
earns is spread over a grid of values (see `mixture`), because the few who spend very little decide
here and a smooth shape draws them in; what serving costs in a year is taken as gamma. Of two gamma
variables the smaller one is told by the incomplete beta function, so that nothing is drawn.
"""

import datetime as dt

import numpy as np
import polars as pl
from scipy.special import betainc, digamma

from segment import mixture
from segment.clock import Clock
from segment.purchases import Floats, PurchaseModel
from segment.spend import SpendModel
from segment.spend.evidence import OLDER_WEIGHT
from segment.summary import YEAR_DAYS
from segment.value.serving import Serving

TIMES_MEAN = np.geomspace(1 / 40, 40, 40)  # spends on the grid, of everybody's mean
LEAST_SHARE = 1e-4  # a spend less likely than this is left out
LEAST = 1e-9
LEAST_OWN = 0.1  # of the power of the purchases: never all of it is the cost's
ROWS_A_CHUNK = 50_000


def probability(
    customers: pl.DataFrame, bought: tuple[Floats, Floats], paid: tuple[Floats, Floats],
    model: SpendModel, serving: Serving,
) -> Floats:  # fmt: skip
    """Return the probability for a customer who is there, from 0 to 1.

    `bought` is the gamma shape and rate of the purchases a year, `paid` the number of purchases
    that count as evidence of the spend and their mean.
    """
    margin = customers["margin_rate"].to_numpy()
    spends, seen = _likelihood(*paid, model)
    weights = mixture.fit(seen)
    shape, scale = _gamma(serving)
    often, slowness = _beside_cost(*bought, serving.moves)
    below = np.zeros(customers.height)
    for start in range(0, customers.height, ROWS_A_CHUNK):
        rows = slice(start, start + ROWS_A_CHUNK)
        share = mixture.posterior(seen[rows], weights)
        customer, at = np.nonzero(share > LEAST_SHARE)
        earns = margin[rows][customer] * spends[rows][customer, at]
        earns = earns - serving.an_order[rows][customer]
        own = (each[rows][customer] for each in (often, slowness, shape, scale))
        costs_more = _less(earns, *own)
        kept = share[customer, at]
        n = len(share)
        sums = np.bincount(customer, kept * costs_more, n) / np.bincount(customer, kept, n)
        below[rows] = sums
    return below


def rate(
    customers: pl.DataFrame, history: tuple[Floats, Floats, Floats], pace: Floats,
    model: PurchaseModel, clock: Clock,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return the gamma shape and rate of the purchases a year; older ones count half."""
    x, _, T = history
    year_ago = pl.Series([clock.as_of - dt.timedelta(days=YEAR_DAYS)])
    in_year = float(clock.now - clock.weeks(year_ago)[0]) * pace
    late_weeks = np.minimum(T, in_year)
    lately = customers["purchases_last_year"].cast(pl.Float64).to_numpy()
    # the first purchase is no repeat purchase, whenever it was
    late = np.where(in_year > T, x, np.minimum(lately, x))
    counted = late + OLDER_WEIGHT * (x - late)
    weeks = late_weeks + OLDER_WEIGHT * (T - late_weeks)
    r, alpha = model.values[:2]
    a_year = float(clock.ahead(YEAR_DAYS)) * pace
    return r + counted, (alpha + weeks) / a_year


def _likelihood(weight: Floats, mean: Floats, model: SpendModel) -> tuple[Floats, Floats]:
    """Return the grid of spends of each customer, and how likely each makes the record."""
    n = len(weight)
    if model.name == "mean":  # spends do not differ but by the own mean
        return np.maximum(mean, 0.0)[:, None], np.zeros((n, 1))
    grid = np.broadcast_to(model.mean * TIMES_MEAN, (n, len(TIMES_MEAN)))
    own = np.maximum(np.nan_to_num(mean), model.mean * TIMES_MEAN[0])
    p = model.p * weight[:, None]
    return grid, -p * (np.log(TIMES_MEAN) + own[:, None] / grid)


def _gamma(serving: Serving) -> tuple[Floats, Floats]:
    """Return shape and scale of the cost of a year; a cost that is sure has a large shape."""
    mean, sd = serving.a_year, np.maximum(serving.a_year_sd, LEAST * np.maximum(serving.a_year, 1))
    shape = np.clip((mean / sd) ** 2, LEAST, 1 / LEAST)
    return shape, mean / shape


def _beside_cost(shape: Floats, rate: Floats, moves: Floats) -> tuple[Floats, Floats]:
    """Return the gamma shape and rate of the purchases, less what moves the cost as well.

    A customer who buys more often than supposed would also be served more: of the power of the
    purchases, what goes into the cost is taken out on both sides. A power of a gamma variable is
    taken as gamma, with the same spread and middle of its logarithm.
    """
    own = shape / np.maximum(1 - moves, LEAST_OWN) ** 2
    return own, rate * np.exp(digamma(own) - digamma(shape))


def _less(earns: Floats, often: Floats, rate: Floats, shape: Floats, scale: Floats) -> Floats:
    """Return how likely purchases at a gamma rate that earn so much each bring less than the cost.

    With G1 and G2 gamma of scale 1, earns G1 / rate < scale G2 is G1 / G2 < scale rate / earns,
    and G1 / (G1 + G2) is beta-distributed.
    """
    ratio = scale * rate / np.maximum(earns, LEAST)
    share = betainc(often, shape, ratio / (1 + ratio))
    return np.where(earns <= 0, 1.0, np.where(scale > 0, share, 0.0))
