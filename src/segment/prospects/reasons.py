"""Why a lead has its chance: the parts of its log-odds, exact and signed."""

import numpy as np
import polars as pl

from segment.prospects.design import Floats
from segment.prospects.features import Feature, typed
from segment.prospects.model import Model

# The name under which a reason tells the days that an open lead has waited.
DAYS_OPEN = "(days open)"
# Likewise for when it was created: other times, other chances.
CREATED = "(created on)"
MOST_REASONS = 3
# What moves the odds by less than one part in a hundred is no reason.
LEAST_EFFECT = 0.01
DIGITS = 6

FIELDS = {
    "feature": pl.String,
    "value": pl.String,
    "effect": pl.Float64,
    "is_actionable": pl.Boolean,
}
REASON = pl.Struct(FIELDS)


def largest(leads: pl.DataFrame, effects: Floats, model: Model) -> pl.Series:
    """Return for each lead its largest parts, the largest first: feature, value, effect.

    `value` is the cell as text, null where it is missing; `effect` is on the log-odds, above zero
    where it raises the chance.
    """
    order = np.argsort(-np.abs(effects), axis=1, kind="stable")[:, :MOST_REASONS]
    long = pl.DataFrame(
        {
            "lead": np.repeat(np.arange(len(leads)), order.shape[1]),
            "place": order.ravel(),
            "effect": np.take_along_axis(effects, order, axis=1).ravel(),
        }
    ).filter(pl.col("effect").abs() >= LEAST_EFFECT)
    told = _told(leads, long, model)
    by_lead = (
        told.sort(pl.col("lead"), pl.col("effect").abs(), descending=[False, True])
        .group_by("lead", maintain_order=True)
        .agg(reasons=pl.struct(list(FIELDS)))
    )
    every = pl.DataFrame({"lead": pl.Series(np.arange(len(leads)))})
    found = every.join(by_lead, on="lead", how="left", maintain_order="left")["reasons"]
    return found.cast(pl.List(REASON)).fill_null([])


def _told(leads: pl.DataFrame, long: pl.DataFrame, model: Model) -> pl.DataFrame:
    """Add to (lead, place, effect) the feature's name and the lead's cell as text."""
    cells = [_as_text(leads, feature) for feature in model.features]
    cells.append(leads["created_on"].cast(pl.String).alias(CREATED))
    waited = leads.select((pl.lit(model.as_of) - pl.col("created_on")).dt.total_days().clip(0))
    cells.append(waited.to_series().cast(pl.String).alias(DAYS_OPEN))
    blocks = [
        block.with_columns(
            feature=pl.lit(cell.name),
            value=cell.gather(block["lead"]),
            is_actionable=pl.lit(cell.name in model.rules.actionable),
        )
        for place, cell in enumerate(cells)
        if len(block := long.filter(pl.col("place") == place))
    ]
    return pl.concat([_none(long), *blocks])


def _as_text(leads: pl.DataFrame, feature: Feature) -> pl.Series:
    """Return cells as a reader wants them: six digits of a fraction, no `.0`, times in days."""
    column = leads[feature.name]
    if column.dtype == pl.Duration:
        column = typed(leads, (feature,)).to_series()
    if column.dtype.is_float():
        return column.round_sig_figs(DIGITS).cast(pl.String).str.replace(r"\.0$", "")
    return column.cast(pl.String, strict=False)


def _none(long: pl.DataFrame) -> pl.DataFrame:
    columns = {name: pl.lit(None, dtype=kind) for name, kind in FIELDS.items() if name != "effect"}
    return long.clear().with_columns(**columns)
