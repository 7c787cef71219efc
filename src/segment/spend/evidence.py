"""What a customer's purchases say about the next one: how many of them count, and their mean.

Two things weigh less than a purchase. One older than a year counts for OLDER_WEIGHT: spend drifts.
And a single purchase far below what such a model could bring, a gift or a trial, says little of
what follows: with probability TOKEN_SHARE a first purchase is a token of any size, and by Bayes'
rule the less likely the model finds its size, the less it counts.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import betaln

from segment.spend.model import SpendModel

Floats = NDArray[np.float64]

YEAR_DAYS = 365
OLDER_WEIGHT = 0.5
TOKEN_SHARE = 0.05  # one first purchase in twenty is not of the kind that follows
TOKEN_LOG_DENSITY = -np.log(np.log(1e4))  # it is anything down to a ten-thousandth of the mean
LEAST = 1e-12  # of the mean; a gift has no logarithm


@dataclass(frozen=True, kw_only=True)
class Record:
    """Purchases as counted: `n` of them with the `mean` spend; arrays of one a customer."""

    n: Floats
    mean: Floats


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The record as it counts: `weight` purchases, 0 to n, of a spend of `mean` each.

    `usual` is how many times everybody's mean is expected before any purchase is looked at.
    """

    weight: Floats
    mean: Floats
    usual: Floats


def repeat_record(customers: pl.DataFrame) -> Record:
    """Return the record of a summary's purchases after the first: the classic form."""
    return Record(
        n=_floats(customers, "frequency"), mean=np.nan_to_num(_floats(customers, "repeat_value"))
    )


def evidence(
    customers: pl.DataFrame, model: SpendModel, basis: str, trend: float = 0.0
) -> Evidence:
    """Return what the purchases of a summary say about the next, in the prices of today.

    `trend` is the growth of spend a year, a logarithm.
    """
    if basis == "repeat":
        known = repeat_record(customers)
        return Evidence(weight=known.n, mean=known.mean, usual=np.ones_like(known.n))
    n, lately = _floats(customers, "frequency") + 1, _floats(customers, "purchases_last_year")
    spent_lately = _floats(customers, "revenue_last_year")
    spent_before = _floats(customers, "revenue") - spent_lately
    lately_to_now, before_to_now = _to_now(customers, trend)
    weight = lately + OLDER_WEIGHT * (n - lately)
    mean = (spent_lately * lately_to_now + OLDER_WEIGHT * spent_before * before_to_now) / weight
    usual = model.scale * n**model.slope
    is_single = n == 1
    if model.name == "gamma_gamma" and is_single.any():
        token = _token(model, mean[is_single])
        weight[is_single] *= 1 - token
        usual[is_single] += token * (1 - usual[is_single])
    return Evidence(weight=weight, mean=mean, usual=usual)


def _to_now(customers: pl.DataFrame, trend: float) -> tuple[Floats | float, Floats | float]:
    """Return what spend of the last year, and before, is in the prices of today.

    A customer's purchases are taken to lie evenly from the first to the last of them.
    """
    if trend == 0:
        return 1.0, 1.0
    first, last = _floats(customers, "T"), _floats(customers, "T") - _floats(customers, "recency")
    lately = (last + np.minimum(first, YEAR_DAYS)) / 2
    before = (np.maximum(last, YEAR_DAYS) + first) / 2
    return np.exp(trend * lately / YEAR_DAYS), np.exp(trend * before / YEAR_DAYS)


def _token(model: SpendModel, spend: Floats) -> Floats:
    """Return the probability that a single purchase of such a spend was a token."""
    relative = np.maximum(spend, LEAST * model.mean) / model.gamma
    as_expected = (
        model.p * np.log(relative) - (model.p + model.q) * np.log1p(relative)
        - betaln(model.p, model.q)
    )  # fmt: skip
    odds = np.log(TOKEN_SHARE / (1 - TOKEN_SHARE)) + TOKEN_LOG_DENSITY - as_expected
    could_be = (spend >= 0) & (spend < model.mean)  # less than nothing was a purchase sent back
    return np.where(could_be, 1 / (1 + np.exp(-np.clip(odds, -700, 700))), 0.0)


def _floats(frame: pl.DataFrame, column: str) -> Floats:
    return frame[column].cast(pl.Float64).to_numpy()
