"""What sets a group apart: the behaviours in which it lies farthest from everybody else.

Distances are in spreads (standard deviations over all customers) on the scale of each behaviour,
so that days, money and shares can be laid beside each other. Told are the numbers themselves.
"""

import polars as pl

from segment.behaviour.features import ALL_ALIKE, Feature, features
from segment.schema import require

MOST_TOLD = 3
NEAR = 0.25  # spreads; nearer than this a group is like everybody in that behaviour


def apart(customers: pl.DataFrame, label: str, most: int = MOST_TOLD) -> pl.DataFrame:
    """Return for each code of `label` its farthest behaviours, the farthest first.

    Columns: the label, behaviour, typical (mean of the group), others (mean of everybody else who
    has a code) and distance (in spreads, above 0 where the group has more). Money and counts are
    means on the logarithmic scale. A group that differs in nothing has no row.

    Raises:
        DataError: `customers` lacks the label.
    """
    require(customers, [label], by="what sets groups apart")
    there = features(customers.columns)
    known = customers.filter(pl.col(label).is_not_null())
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        label: customers.schema[label], "behaviour": pl.String, "typical": pl.Float64,
        "others": pl.Float64, "distance": pl.Float64,
    }  # fmt: skip
    if known.is_empty() or not there:
        return pl.DataFrame(schema=schema)
    compared = known.select(label, *(feature.compared for feature in there))
    return (
        pl.concat(_one(compared, label, feature) for feature in there)
        .with_columns(pl.col("distance").abs().alias("far"))
        .filter(pl.col("far") >= NEAR)
        .sort(label, "far", "behaviour", descending=[False, True, False])
        .group_by(label, maintain_order=True)
        .head(most)
        .select(*schema)
    )


def _one(compared: pl.DataFrame, label: str, feature: Feature) -> pl.DataFrame:
    """Return one behaviour of every group beside that of everybody else."""
    value = pl.col(feature.name)
    sums = compared.group_by(label).agg(own=value.sum(), n=value.count())
    spread = compared.select(value.std(ddof=0)).item()
    is_told = spread is not None and spread > ALL_ALIKE
    total, count = compared[feature.name].sum(), compared[feature.name].count()
    mean = pl.col("own") / pl.col("n")
    others = (total - pl.col("own")) / (count - pl.col("n"))
    return (
        sums.filter(pl.col("n") > 0, pl.col("n") < count)
        .select(
            label,
            behaviour=pl.lit(feature.name),
            typical=feature.told(mean),
            others=feature.told(others),
            distance=(mean - others) / spread if is_told else pl.lit(0.0),
        )
        .sort(label)
    )
