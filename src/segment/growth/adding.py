"""Growth, four ways, added to customers: each has its own column and its own name.

`growth_potential` is the gap to the upper ones among customers alike; `wallet_gap` what is spent
with other suppliers; `expected_change` the forecast of the next year less the last one; `p_growth`
the probability that the next year brings more. `expected_growth` weighs the size of growth with
that probability, and is what the most growable customers lead on. `likely_revenue` is no growth but
what the year may bring in all.
"""

import polars as pl

from segment.growth.alike import add_peers
from segment.growth.learning import GrowthModel
from segment.growth.rules import GrowthRules
from segment.schema import require
from segment.summary import YEAR_DAYS

BASES = ("learned", "past_revenue")
NEEDED = (
    "customer_id", "frequency", "recency", "T", "revenue_last_year", "revenue_next_year",
    "margin_rate", "cost_to_serve", "actual_value",
)  # fmt: skip


def add_potential(
    customers: pl.DataFrame,
    model: GrowthModel | None,
    wallets: pl.DataFrame | None,
    rules: GrowthRules,
    horizon_days: int,
) -> pl.DataFrame:
    """Add what a customer could be worth, and every meaning of growth.

    Money of margin over the horizon: peer_value (the upper quantile among customers alike, by
    `peers`), potential_value (that within the wallet, and never below actual_value) and
    growth_potential (0 or more). Of a year: expected_change (revenue), p_growth and
    expected_growth (margin, 0 or more). likely_revenue is the revenue of a year, said two ways and
    averaged: the forecast, and the last year with the growth to be expected of it. With wallets,
    the yearly spend with all suppliers, of which the latest estimate counts: share_of_wallet and
    wallet_gap (revenue of a year).

    p_growth is null for who brought nothing in the last year and is expected to grow by nothing.
    Where nothing was learned `growth_basis` is past_revenue: p_growth is null for all and
    expected_growth is the margin of the last year's revenue, of which only the order counts.

    Raises:
        DataError: `customers` lacks a column of `value.add_worth`.
    """
    require(customers, NEEDED, by="growth.add_potential")
    learned = _learned(customers, model)
    with_peers = learned.pipe(add_peers, rules)
    frame = _with_wallets(with_peers, wallets)
    value = pl.col("actual_value")
    ceiling = (
        pl.col("wallet") * pl.col("margin_rate") * horizon_days / YEAR_DAYS
        - pl.col("cost_to_serve").fill_null(0.0)
    )  # fmt: skip
    within_reach = pl.max_horizontal(pl.min_horizontal("peer_value", ceiling), value)
    next_year = pl.col("revenue_next_year")
    is_learned = model is not None and model.why_not is None
    basis = pl.lit(BASES[0 if is_learned else 1], dtype=pl.Enum(BASES))
    unused = ["wallet", "growth_size"] + ([] if wallets is not None else ["wallet_gap"])
    return (
        frame.with_columns(potential_value=pl.when(value.is_not_null()).then(within_reach))
        .with_columns(
            growth_potential=pl.col("potential_value") - value,
            expected_change=next_year - pl.col("revenue_last_year"),
            expected_growth=pl.when(value.is_not_null()).then(_expected(is_learned=is_learned)),
            likely_revenue=_likely(next_year, is_learned=is_learned),
            growth_basis=basis,
        )
        .drop(unused)
    )


def _learned(customers: pl.DataFrame, model: GrowthModel | None) -> pl.DataFrame:
    """Add p_growth, growth_size and breadth, null where the model does not know the customer."""
    old = customers.drop("p_growth", "growth_size", "breadth", strict=False)
    if model is None:
        unknown = pl.lit(None, dtype=pl.Float64)
        return old.with_columns(p_growth=unknown, growth_size=unknown)
    columns = ["customer_id", "p_growth", "growth_size", "breadth"]
    return old.join(
        model.customers.select(columns), on="customer_id", how="left", maintain_order="left"
    )


def _with_wallets(customers: pl.DataFrame, wallets: pl.DataFrame | None) -> pl.DataFrame:
    """Add wallet, and with wallets share_of_wallet; wallet_gap is null where none is estimated."""
    if wallets is None:
        unknown = pl.lit(None, dtype=pl.Float64)
        return customers.with_columns(wallet=unknown, wallet_gap=unknown)
    require(wallets, ["customer_id", "estimated_on", "wallet"], by="growth.add_potential")
    latest = (
        wallets.sort("estimated_on", maintain_order=True)
        .group_by("customer_id")
        .agg(pl.col("wallet").last())
    )
    last = pl.col("revenue_last_year")
    return customers.join(latest, on="customer_id", how="left", maintain_order="left").with_columns(
        share_of_wallet=(last / pl.col("wallet")).clip(0, 1),
        wallet_gap=(pl.col("wallet") - last.clip(0)).clip(0),
    )


def _expected(*, is_learned: bool) -> pl.Expr:
    """Return the margin of the growth to be expected; what has no margin brings no growth."""
    margin = pl.col("margin_rate").clip(0)
    if not is_learned:
        return pl.col("revenue_last_year").clip(0) * margin
    return _grows_by() * margin


def _grows_by() -> pl.Expr:
    """Return the revenue by which the year is expected to grow, if it can only grow."""
    size = pl.min_horizontal("growth_size", "wallet_gap")
    return (pl.col("p_growth") * size).fill_null(0.0)


def _likely(next_year: pl.Expr, *, is_learned: bool) -> pl.Expr:
    """Return the mean of both ways to say next year's revenue; the forecast where one is all."""
    if not is_learned:
        return next_year
    return (next_year + pl.col("revenue_last_year") + _grows_by()) / 2
