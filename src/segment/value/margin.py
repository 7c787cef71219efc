"""What a customer's money earns: the margin of the line, the product, the family, or one rate.

The best known wins: a line's own margin, then its product's, then the one declared for the
family, then the mean of the family's products, then the usual rate. A customer's mix of a few
lines says little about the next one, so it is drawn towards everybody's (see `credibility`).
"""

import polars as pl

from segment import credibility
from segment.schema import require
from segment.value.rules import ValueRules

OPTIONAL = {"product_id": pl.String, "family": pl.String, "margin": pl.Float64}
RATE_DECIMALS = 9  # so that a rate does not depend on the order of the sum behind it


def add_margin(
    customers: pl.DataFrame,
    transactions: pl.DataFrame,
    products: pl.DataFrame | None,
    usual_rate: float,
    rules: ValueRules,
) -> pl.DataFrame:
    """Add `margin_rate`: what the money of the customer's purchases earns, a share of it.

    Refunds do not change it. Where no margin but the usual one is known, everyone has that.

    Raises:
        DataError: A frame lacks a column.
    """
    require(customers, ["customer_id"], by="value.add_margin")
    needed = ["customer_id", "amount"] + ([] if products is None else ["product_id"])
    require(transactions, needed, by="value.add_margin")
    absent = [
        pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in OPTIONAL.items()
        if name not in transactions.columns
    ]
    family = pl.coalesce("family_of_product", "family")
    own = pl.col("margin") / pl.col("amount")
    rate = pl.coalesce(own, "of_product", _declared(family, rules), "of_family", usual_rate)
    mixes = (
        transactions.lazy()
        .filter(pl.col("amount") > 0)
        .with_columns(*absent)
        .join(_by_product(products).lazy(), on="product_id", how="left")
        .select("customer_id", "amount", rate=rate)
        .group_by("customer_id", maintain_order=True)
        .agg(
            own=(pl.col("rate") * pl.col("amount")).sum() / pl.col("amount").sum(),
            square=(pl.col("rate") ** 2 * pl.col("amount")).sum() / pl.col("amount").sum(),
            n=pl.col("amount").sum() ** 2 / (pl.col("amount") ** 2).sum(),
        )
        .sort("customer_id")
        .collect()
    )
    return (
        customers.drop("margin_rate", strict=False)
        .join(_drawn(mixes), on="customer_id", how="left", maintain_order="left")
        .with_columns(pl.col("margin_rate").fill_null(usual_rate))
    )


def _by_product(products: pl.DataFrame | None) -> pl.DataFrame:
    if products is None:
        return pl.DataFrame(
            schema={
                "product_id": pl.String, "family_of_product": pl.String,
                "of_product": pl.Float64, "of_family": pl.Float64,
            }
        )  # fmt: skip
    require(products, ["product_id", "family", "margin_rate"], by="value.add_margin")
    mean = pl.when(pl.col("family").is_not_null()).then(pl.col("margin_rate").mean().over("family"))
    return products.select(
        "product_id", family_of_product="family", of_product="margin_rate", of_family=mean
    )


def _declared(family: pl.Expr, rules: ValueRules) -> pl.Expr:
    return family.replace_strict(
        list(rules.family_margins), [float(rate) for rate in rules.family_margins.values()],
        default=None, return_dtype=pl.Float64,
    )  # fmt: skip


def _drawn(mixes: pl.DataFrame) -> pl.DataFrame:
    own, n = mixes["own"].to_numpy(), mixes["n"].to_numpy()
    # the variance of one line, from that around the own mean, of which n lines take one
    around = (mixes["square"].to_numpy() - own**2).clip(0)
    within = around * n / (n - 1).clip(min=credibility.LEAST)
    drawn = pl.Series(credibility.drawn(own, n, within)).round(RATE_DECIMALS)
    return mixes.select("customer_id", margin_rate=drawn)
