"""Which model came closest, and where a naive rule came closer still.

A smallest absolute error alone would favour a model that says too little, since most customers
buy nothing. So the total decides who may compete, and the single customer who wins.
"""

import math
from dataclasses import dataclass

import polars as pl

from segment import clv
from segment.backtest import naive
from segment.backtest.rules import BacktestRules, candidates, with_model

# An error that is smaller by less than this share is none: the earlier candidate stays.
WORTH_CHANGING = 0.01
# Half a point: below it a naive rule and the model would show the same number.
WORTH_NAMING = 0.005
# What each question is judged by: lower is better.
BADNESS = {"total": pl.col("bias").abs(), "customer": pl.col("error"), "order": 1 - pl.col("gini")}


@dataclass(frozen=True, kw_only=True)
class Win:
    """A naive rule beside the model at a question; `own` and `its` are how bad both were.

    At "total" that is the miss of the total, at "customer" the error, at "order" what the
    Gini lacks to 1.
    """

    question: str
    rule: str
    own: float
    its: float


def overall(measured: pl.DataFrame) -> pl.DataFrame:
    """Return one row a method: n_origins and its measures, each the mean over its origins.

    miss is the mean of the bias without its sign, so that a year too high and a year too low
    do not add up to none.
    """
    means = (
        "bias",
        "error",
        "gini",
        "top_share",
        "tenth_error",
        "covered_share",
        "covered_top_share",
    )
    return measured.group_by("method", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("n_origins"),
        pl.col("bias").abs().mean().alias("miss"),
        pl.col(means).mean(),
    )


def choose(measured: pl.DataFrame, forecast: clv.ClvRules, rules: BacktestRules) -> clv.ClvRules:
    """Return the rules of the forecast with the model that the backtest prefers.

    Of the candidates whose miss of the total is at most `bias_slack` above the smallest, the
    one with the smallest error; one that stands later in the list must be better by a hundredth
    of it. The rules come back as they are where they name a model, or nothing was measured.
    """
    names = candidates(forecast, rules)
    found = overall(measured).filter(pl.col("method").is_in(names)).drop_nulls(["miss", "error"])
    if forecast.purchase_model != "auto" or found.is_empty():
        return forecast
    close = found.filter(pl.col("miss") <= pl.col("miss").min() + rules.bias_slack)
    errors = dict(close.select("method", "error").iter_rows())
    ordered = [name for name in names if name in errors]
    best = ordered[0]
    for name in ordered[1:]:
        if errors[name] < errors[best] * (1 - WORTH_CHANGING):
            best = name
    return with_model(forecast, best)


def past_miss(measured: pl.DataFrame, model: str) -> float:
    """Return how far what came lay from the forecast total, as a share of it: a root mean square.

    What a forecast missed on earlier days it may miss again, whatever its parameters leave open.
    0 where nothing was measured.
    """
    own = measured.filter(pl.col("method") == model, pl.col("predicted") > 0)
    gaps = own.select(pl.col("actual") / pl.col("predicted") - 1).to_series().to_numpy()
    return math.sqrt(float(gaps @ gaps) / len(gaps)) if len(gaps) else 0.0


def beside(measured: pl.DataFrame, model: str) -> pl.DataFrame:
    """Return the measures of one model and of the naive rules, a row an origin and method.

    The model is called "forecast" among them. The totals are called as in the forecast,
    expected_revenue and revenue, which tells their unit.
    """
    return measured.filter(pl.col("method").is_in([model, *naive.NAMES])).select(
        "origin",
        pl.col("method").replace({model: "forecast"}),
        "bias",
        "error",
        "gini",
        "top_share",
        "covered_share",
        pl.col("predicted").alias("expected_revenue"),
        pl.col("actual").alias("revenue"),
    )


def wins(measured: pl.DataFrame, model: str) -> tuple[Win, ...]:
    """Return where a naive rule came closer than the model, the best rule of each question.

    They are compared by their means over the origins that both have, and by half a point or
    more.
    """
    best = [_best_rule(measured, model, question) for question in BADNESS]
    return tuple(win for win in best if win and win.own - win.its >= WORTH_NAMING)


def _best_rule(measured: pl.DataFrame, model: str, question: str) -> Win | None:
    """Return the naive rule that gains most on the model; None where none can be compared."""
    judged = measured.select("origin", "method", bad=BADNESS[question]).drop_nulls("bad")
    own = judged.filter(method=model).select("origin", own="bad")
    means = (
        judged.filter(pl.col("method").is_in(naive.NAMES))
        .join(own, on="origin", maintain_order="left")
        .group_by("method", maintain_order=True)
        .agg(pl.col("own").mean(), pl.col("bad").mean())
    )
    found = [Win(question=question, rule=rule, own=own, its=bad) for rule, own, bad in means.rows()]
    return max(found, key=lambda win: win.own - win.its, default=None)
