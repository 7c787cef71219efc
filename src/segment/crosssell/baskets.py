"""Who bought which products, as known at the end of a day: customers × products.

Products are told apart up to a number: those that most customers bought in the year. The matrices
hold ones and are sparse; only products × products is whole, whose size that number bounds.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from segment.crosssell.rules import CrossSellRules
from segment.schema import require

YEAR_DAYS = 365

Floats = npt.NDArray[np.float32]
Index = npt.NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class Baskets:
    """What each customer bought, in the last year and ever, and how popular products are lately."""

    customers: pl.Series  # in order
    products: pl.Series  # in order
    year: sparse.csr_matrix  # 1 where the customer bought the product in the last year
    ever: sparse.csr_matrix
    lately: Floats  # customers who bought the product in the last days


def fill(transactions: pl.DataFrame, day: dt.date, rules: CrossSellRules) -> Baskets:
    """Return the baskets as known at the end of `day`; a refund is no purchase.

    Raises:
        DataError: `transactions` lacks customer_id, date, amount or product_id.
    """
    require(transactions, ["customer_id", "date", "amount", "product_id"], by="crosssell")
    bought = _bought(transactions).filter(pl.col("date") <= day)
    year = bought.filter(pl.col("date") > day - dt.timedelta(days=YEAR_DAYS))
    lately = bought.filter(pl.col("date") > day - dt.timedelta(days=rules.lately_days))
    products = (
        year.group_by("product_id")
        .agg(n=pl.col("customer_id").n_unique())
        .sort("n", "product_id", descending=[True, False])
        .head(rules.most_products)["product_id"]
        .sort()
    )
    customers = bought["customer_id"].unique().sort()
    return Baskets(
        customers=customers,
        products=products,
        year=matrix(year, customers, products),
        ever=matrix(bought, customers, products),
        lately=np.asarray(matrix(lately, customers, products).sum(axis=0), np.float32).ravel(),
    )


def between(
    transactions: pl.DataFrame, baskets: Baskets, after: dt.date, until: dt.date
) -> sparse.csr_matrix:
    """Return what the customers of `baskets` bought after a day and until another."""
    is_then = (pl.col("date") > after) & (pl.col("date") <= until)
    return matrix(_bought(transactions).filter(is_then), baskets.customers, baskets.products)


def _bought(transactions: pl.DataFrame) -> pl.DataFrame:
    return transactions.filter(pl.col("amount") >= 0, pl.col("product_id").is_not_null()).select(
        "customer_id", "product_id", pl.col("date").cast(pl.Date)
    )


def matrix(rows: pl.DataFrame, customers: pl.Series, products: pl.Series) -> sparse.csr_matrix:
    """Return 1 where a customer has a row with a product; others than those named do not count."""
    places = (
        rows.lazy()
        .select("customer_id", "product_id")
        .unique()
        .join(_places(customers, "customer_id", "row"), on="customer_id")
        .join(_places(products, "product_id", "column"), on="product_id")
        .select("row", "column")
        .sort("row", "column")
        .collect()
    )
    ones = np.ones(places.height, np.float32)
    at = (places["row"].to_numpy(), places["column"].to_numpy())
    return sparse.csr_matrix((ones, at), shape=(len(customers), len(products)))


def _places(values: pl.Series, name: str, place: str) -> pl.LazyFrame:
    return pl.LazyFrame({name: values}).with_row_index(place)
