"""Deal state: existing customers, who have bought, and prospects, who have not.

The simplest of all grading systems, and the one that the others begin with: an existing customer is
graded by value, a prospect by the chance of closing.
"""

import polars as pl

from segment.schema import require

STATES = ("existing", "prospect")
OPEN = "open"


def count(customers: pl.DataFrame, prospects: pl.DataFrame | None) -> pl.DataFrame:
    """Return deal_state and n_deals: customers with a purchase, and prospects that are open.

    A prospect that was won is a customer, and one that was lost is neither. Without a table of
    prospects their number is null. The two tables have no identifier in common, so an existing
    customer may be a prospect for more as well.

    Raises:
        DataError: A frame lacks a column.
    """
    require(customers, ["customer_id", "frequency"], by="deals")
    n_open = None
    if prospects is not None:
        require(prospects, ["prospect_id", "outcome"], by="deals")
        n_open = prospects.filter(pl.col("outcome").cast(pl.String) == OPEN).height
    n_existing = customers.height - customers["frequency"].null_count()
    return pl.DataFrame(
        {"deal_state": STATES, "n_deals": [n_existing, n_open]},
        schema={"deal_state": pl.Enum(STATES), "n_deals": pl.Int64},
    )
