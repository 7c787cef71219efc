"""What each input table holds: the contracts, which are also the documentation.

Only `transactions` is needed; every other table adds sections to the report. A column that may
be null may also be absent from the file. `metadata` says what the door must know beyond the
type: `known_on` marks the day on which a row became known, `later` a fact that may have become
known after it (and is withheld from a report about an earlier day), `money` the amounts that
are reconciled. Rule names are phrases in `locale/*.toml` under `reason`.
"""

from collections.abc import Iterable

import dataframely as dy
import polars as pl

from segment.errors import DataError, listed, nearest
from segment.schema.prospects import JUDGED_GRADES, OUTCOMES, Judgements, Prospects
from segment.schema.relations import (
    CARD_GRADES,
    SATISFACTION_INDICATORS,
    SATISFACTION_LEVELS,
    Cards,
    Events,
    Exceptions,
    Points,
    Staff,
    Survey,
)
from segment.schema.sales import (
    Costs,
    Customers,
    Invoices,
    Orders,
    Products,
    Transactions,
    Wallets,
)

__all__ = [
    "CARD_GRADES", "JUDGED_GRADES", "OUTCOMES", "SATISFACTION_INDICATORS", "SATISFACTION_LEVELS",
    "TABLES", "Prospects", "marked", "require",
]  # fmt: skip

TABLES: dict[str, type[dy.Schema]] = {
    "transactions": Transactions,
    "customers": Customers,
    "costs": Costs,
    "products": Products,
    "invoices": Invoices,
    "prospects": Prospects,
    "judgements": Judgements,
    "wallets": Wallets,
    "points": Points,
    "survey": Survey,
    "events": Events,
    "orders": Orders,
    "staff": Staff,
    "cards": Cards,
    "exceptions": Exceptions,
}


def marked(table: str, mark: str) -> list[str]:
    """Return the columns of `table` whose metadata carries `mark`."""
    return [
        name
        for name, column in TABLES[table].columns().items()
        if (column.metadata or {}).get(mark)
    ]


def require(frame: pl.DataFrame | pl.LazyFrame, columns: Iterable[str], *, by: str) -> None:
    """Check that `frame` has the columns that `by` reads.

    Raises:
        DataError: A column is missing; the message names it and the nearest present one.
    """
    present = frame.collect_schema().names()
    missing = [name for name in columns if name not in present]
    if missing:
        hint = nearest(missing[0], present)
        raise DataError(
            f"{by} needs the column{'s' * (len(missing) > 1)} {listed(missing)}, "
            f"which the frame does not have{hint}. It has {listed(present, 12)}."
        )
