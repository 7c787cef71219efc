"""The fields of which nobody has said when they become known, the strongest first.

Where nothing is open, or a field is filled for all alike, data cannot tell when it was known; an
analyst can. So every such field is put in front of one, by what it alone would be worth.
"""

import polars as pl

from segment.prospects.model import Model

COLUMNS = (
    "feature", "strength", "strength_low", "strength_high", "n_values", "filled_won_share",
    "filled_lost_share", "filled_open_share", "is_used", "why",
)  # fmt: skip


def undeclared(model: Model) -> pl.DataFrame:
    """Return one row a field without an entry in `rules.known`, the strongest alone first.

    `strength` is how many of the pairs of a won and a lost prospect the field alone ranks rightly,
    0.5 being chance, with its interval; null where too few have closed, and then last. `why` is
    the code of what speaks against the field, null where nothing does.
    """
    return (
        model.quality.fields.filter(pl.col("known").is_null())
        .sort("strength", "feature", descending=[True, False], nulls_last=True)
        .select(COLUMNS)
    )
