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


def record(customers: pl.DataFrame, basis: str) -> Record:
    """Return the record of a summary: of all purchases, or those after the first ("repeat")."""
    frequency = _floats(customers, "frequency")
    if basis == "repeat":
        return Record(n=frequency, mean=np.nan_to_num(_floats(customers, "repeat_value")))
    return Record(n=frequency + 1, mean=np.nan_to_num(_floats(customers, "monetary_value")))


def evidence(customers: pl.DataFrame, model: SpendModel, basis: str) -> Evidence:
    """Return what the purchases of a summary say about the next."""
    known = record(customers, basis)
    if basis == "repeat":
        return Evidence(weight=known.n, mean=known.mean, usual=np.ones_like(known.n))
    lately = _floats(customers, "purchases_last_year")
    spent_lately = _floats(customers, "revenue_last_year")
    weight = lately + OLDER_WEIGHT * (known.n - lately)
    spent = spent_lately + OLDER_WEIGHT * (_floats(customers, "revenue") - spent_lately)
    mean = spent / weight
    usual = model.scale * known.n**model.slope
    is_single = known.n == 1
    if model.name == "gamma_gamma" and is_single.any():
        token = _token(model, mean[is_single])
        weight[is_single] *= 1 - token
        usual[is_single] += token * (1 - usual[is_single])
    return Evidence(weight=weight, mean=mean, usual=usual)


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
