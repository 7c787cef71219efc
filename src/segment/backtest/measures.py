"""How far off a forecast was: in total, for each customer, in its order, and in its bounds.

Order is measured on the curve of the money that customers hold, taken in the order of the
forecast: customers whom it does not tell apart share what they hold, so that no measure hangs on
the order in which they come in. Sources: the Gini of that curve over the Gini of the best order
there is (normalised Gini); Schmittlein & Peterson 1994 and Fader, Hardie & Lee 2005 (holdouts).
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from segment.schema import require

Floats = NDArray[np.float64]
TENTHS = 10
NEEDED = (
    "origin", "method", "customer_id", "predicted", "low", "high", "actual",
)  # fmt: skip


def measure(replayed: pl.DataFrame) -> pl.DataFrame:
    """Return one row an origin and method: how far off what was said turned out to be.

    - n_customers; predicted and actual: totals, in money.
    - bias: predicted over actual, less one. error: mean absolute error over mean spend.
    - gini: 1 is the best order there is, 0 no order. top_share: share of the spend that the tenth
      held which the forecast puts first. tenth_error: mean gap between forecast and spend over
      the tenths of the forecast, over mean spend.
    - covered_share: customers whose spend fell within their bounds, the bounds included.
      covered_top_share: of the tenth that the forecast puts first.

    What has no meaning is null: all but the totals where nobody spent, order among equals.

    Raises:
        DataError: `replayed` is not what `replay` returns.
    """
    require(replayed, NEEDED, by="backtest.measure")
    spend, gap = pl.col("actual"), pl.col("predicted") - pl.col("actual")
    is_top = pl.col("predicted").rank("min", descending=True) <= (pl.len() / TENTHS).ceil()
    keys = ["origin", "method"]
    plain = replayed.group_by(keys, maintain_order=True).agg(
        n_customers=pl.len().cast(pl.Int64),
        predicted=pl.col("predicted").sum(),
        actual=spend.sum(),
        absolute=gap.abs().sum(),
        covered_share=spend.is_between("low", "high").mean(),
        covered_top_share=spend.is_between("low", "high").filter(is_top).mean(),
    )
    ordered = [
        (*key, *_order(part["predicted"].to_numpy(), part["actual"].to_numpy()))
        for key, part in replayed.group_by(keys, maintain_order=True)
    ]
    schema = {name: replayed.schema[name] for name in keys} | dict.fromkeys(
        ("gini", "top_share", "tenth_error"), pl.Float64
    )
    order = pl.DataFrame(ordered, schema=schema, orient="row")
    total = pl.when(pl.col("actual") > 0).then("actual")
    return plain.join(order, on=keys, how="left", maintain_order="left").select(
        *keys,
        "n_customers",
        "predicted",
        "actual",
        bias=pl.col("predicted") / total - 1,
        error=pl.col("absolute") / total,
        gini="gini",
        top_share="top_share",
        tenth_error="tenth_error",
        covered_share="covered_share",
        covered_top_share="covered_top_share",
    )


def tenths(replayed: pl.DataFrame, method: str) -> pl.DataFrame:
    """Return tenth (1 is expected to bring most), predicted and actual: means a customer.

    The tenths are those of each origin, and the means are taken over the origins.

    Raises:
        DataError: `replayed` is not what `replay` returns.
    """
    require(replayed, NEEDED, by="backtest.tenths")
    found = [
        (tenth + 1, *means)
        for _, part in replayed.filter(method=method).group_by("origin", maintain_order=True)
        for tenth, means in enumerate(
            _tenths(part["predicted"].to_numpy(), part["actual"].to_numpy())
        )
    ]
    schema = {"tenth": pl.Int64, "predicted": pl.Float64, "actual": pl.Float64}
    rows = pl.DataFrame(found, schema=schema, orient="row")
    return rows.group_by("tenth").agg(pl.col("predicted", "actual").mean()).sort("tenth")


def gini(predicted: Floats, actual: Floats) -> float | None:
    """Return the Gini of `actual` in the order of `predicted` over that in its own order.

    None where nothing was spent or all spent the same: there is no order to find.
    """
    if len(actual) == 0 or actual.sum() <= 0 or actual.min() == actual.max():
        return None
    return _above_diagonal(predicted, actual) / _above_diagonal(actual, actual)


def _order(predicted: Floats, actual: Floats) -> tuple[float | None, float | None, float | None]:
    if actual.sum() <= 0:
        return None, None, None
    said, came = _tenths(predicted, actual).T
    error = float(np.abs(said - came).mean() / came.mean())
    return gini(predicted, actual), float(came[0] / came.sum()), error


def _curve(by: Floats, held: Floats) -> tuple[Floats, Floats]:
    """Return share of customers and money held by them, the highest `by` first, equals as one."""
    place = np.lexsort((held, by))[::-1]  # equals by what they hold: their sum is the same bytes
    ends = np.append(np.flatnonzero(np.diff(by[place])), len(by) - 1)
    shares = (ends + 1.0) / len(by)
    return np.append(0.0, shares), np.append(0.0, np.cumsum(held[place])[ends])


def _above_diagonal(by: Floats, held: Floats) -> float:
    share, money = _curve(by, held)
    return float(np.trapezoid(money / money[-1], share)) - 0.5


def _tenths(predicted: Floats, actual: Floats) -> Floats:
    """Return mean predicted and actual of each tenth, first the one expected to bring most."""
    edges = np.arange(TENTHS + 1) / TENTHS
    parts = [
        np.diff(np.interp(edges, *_curve(predicted, held))) * TENTHS / len(held)
        for held in (predicted, actual)
    ]
    return np.stack(parts, axis=1)
