"""What a place on the watch list stands on: how likely its signs are if nothing has changed."""

import polars as pl

from segment.passports.crossing import Ways, nowhere
from segment.schema import require
from segment.schemes.watch_list import LABEL, SIGNS, WatchRules

CHANCE = "watch_chance"


def cross(groups: pl.DataFrame, rules: WatchRules) -> Ways:
    """Return what a place stands on and what would change it, as `crossing.cross` does.

    The smallest chance among the signs is compared with the line. An alarm by signs of two kinds,
    none of them so unlikely alone, stands on the line of those to look at; a sign of the survey has
    no chance.

    Raises:
        DataError: `groups` has not been through the watch list.
    """
    require(groups, [LABEL, "watch_signs"], by="the passports of the watch list")
    chances = [
        pl.when(shows(sign)).then(pl.col(f"{sign}_chance"))
        for sign in SIGNS
        if f"{sign}_chance" in groups.columns
    ]
    chance = pl.min_horizontal(chances) if chances else pl.lit(None, dtype=pl.Float64)
    is_alarm = chance < rules.alarm_chance
    on = {
        "line_code": pl.when(is_alarm).then(pl.lit("alarm")).otherwise(pl.lit("look")),
        "line_way": pl.lit("below"),
        "line_column": pl.lit(CHANCE),
        "line_value": chance,
        "line_at": pl.when(is_alarm).then(rules.alarm_chance).otherwise(rules.look_chance),
    }
    _, changes = nowhere()
    return on, changes | {"better": pl.lit("calm"), "better_way": pl.lit("fade")}


def shows(sign: str) -> pl.Expr:
    """Tell whether a sign is among those that a customer shows."""
    return pl.col("watch_signs").list.contains(pl.lit(sign, dtype=pl.Enum(SIGNS)))
