"""Fields that know the outcome, found by when and how they are filled, not by their strength.

A field that is filled when a deal closes predicts the past perfectly and the future not at all.
Strength is no evidence: an honest field may be strong. What gives a late field away is its
structure (`evidence`). Each suspect is named with its numbers and left out until it is let in by
name. Source: Kaufman, Rosset et al., *Leakage in data mining*, TKDD 2012.
"""

from collections.abc import Callable

import polars as pl

from segment.errors import DataError, nearest
from segment.prospects import changing, declared, evidence, strength, yardsticks
from segment.prospects.contract import CONTRACT
from segment.prospects.features import Feature, Kind
from segment.prospects.rules import AFTER_CLOSING, ProspectRules

# An honest field that alone ranks nearly every win above every loss has not been met.
COPY_STRENGTH = 0.99

# The marks in the order in which they are looked for: the first that is found is told.
MARKS: tuple[tuple[str, Callable[[pl.DataFrame], float | None], tuple[Kind, ...]], ...] = (
    ("identifier", evidence.identifier, ("number", "category")),
    ("closing_day", evidence.closing_day, ("number", "day")),
    ("noted_after_closing", evidence.noted_after_closing, ("day",)),
    ("filled_by_outcome", evidence.filled_by_outcome, ("number", "day", "category")),
    ("filled_after_closing", evidence.filled_after_closing, ("number", "day", "category")),
    ("completed_at_closing", evidence.completed_at_closing, ("number", "day", "category")),
    ("cleared_at_closing", evidence.cleared_at_closing, ("number", "day", "category")),
    ("one_value_by_outcome", evidence.one_value_by_outcome, ("number", "day", "category")),
    ("changed_at_closing", changing.changed_at_closing, ("number", "day", "category")),
    ("grows_while_open", changing.grows_while_open, ("number", "day")),
)
# Nothing to use in them, which is no suspicion; nobody can let them in.
EMPTY = ("unreadable", "never_filled", "known_later", "one_value")
SUSPECT = ("known_after_closing", *(code for code, _, _ in MARKS), "copies_outcome")

FIELDS: dict[str, pl.DataType | type[pl.DataType]] = {
    "feature": pl.String,
    "kind": pl.Enum(("number", "day", "category", "unreadable")),
    "known": pl.String,
    "filled_won_share": pl.Float64,
    "filled_lost_share": pl.Float64,
    "filled_open_share": pl.Float64,
    "n_values": pl.Int64,
    "strength": pl.Float64,
    "strength_low": pl.Float64,
    "strength_high": pl.Float64,
    "why": pl.Enum((*EMPTY, *SUSPECT)),
    "evidence": pl.Float64,
    "is_used": pl.Boolean,
}


def judge_fields(
    values: pl.DataFrame,
    followed: pl.DataFrame,
    features: tuple[Feature, ...],
    rules: ProspectRules,
) -> pl.DataFrame:
    """Return one row a feature: how it is filled, its strength alone, and why it is left out.

    `known` is when the field is known, as declared; null where nobody has said. `why` is null for
    a field without fault, else a code of EMPTY or SUSPECT, and `evidence` the number behind it.
    `is_used` says whether the model may see it: no fault, or a suspect that `rules.allow` lets
    in. `strength` is the field's AUC alone among leads created at about the same time, with its
    interval; null where that is unknown.

    Raises:
        DataError: A rule names a field that is not there.
    """
    names = [feature.name for feature in features]
    _check_names(names, rules)
    moments = declared.moments(names, rules)
    leads = yardsticks.weigh(followed, rules.seed)
    rows = [
        _row(feature, leads.with_columns(value=values[feature.name]), moments[feature.name], rules)
        for feature in features
    ]
    return pl.DataFrame(rows, schema=FIELDS)


def _check_names(fields: list[str], rules: ProspectRules) -> None:
    for rule in ("allow", "known", "actionable"):
        for name in getattr(rules, rule):
            if name in CONTRACT:
                raise DataError(
                    f"prospects.{rule} names '{name}', which every table of prospects has and no "
                    "model reads. Take it out of segment.toml."
                )
            if name not in fields:
                raise DataError(
                    f"prospects.{rule} names the field '{name}', which the prospects do not have"
                    f"{nearest(name, fields)}. Correct the name in segment.toml or take it out."
                )


def _row(
    feature: Feature, table: pl.DataFrame, moment: str | None, rules: ProspectRules
) -> dict[str, object]:
    is_open, is_won = ~pl.col("is_closed"), pl.col("is_won")
    is_filled = pl.col("value").is_not_null()
    filled = table.select(
        filled_won_share=is_filled.filter(is_won).mean(),
        filled_lost_share=is_filled.filter(~is_won & ~is_open).mean(),
        filled_open_share=is_filled.filter(is_open).mean(),
    ).row(0, named=True)
    alone = strength.alone(table, rules.interval_share) or (None, None, None)
    why, number = _fault(feature, table, alone[0], moment)
    return {
        "feature": feature.name,
        "kind": feature.kind,
        "known": moment,
        **filled,
        "n_values": table["value"].drop_nulls().n_unique(),
        **dict(zip(("strength", "strength_low", "strength_high"), alone, strict=True)),
        "why": why,
        "evidence": number,
        "is_used": why is None or (why in SUSPECT and feature.name in rules.allow),
    }


def _fault(
    feature: Feature, table: pl.DataFrame, alone: float | None, moment: str | None
) -> tuple[str | None, float | None]:
    """Return the first fault of a field and the number behind it."""
    if empty := _emptiness(feature, table["value"], moment):
        return empty, None
    if moment == AFTER_CLOSING:
        return "known_after_closing", alone
    for code, mark, kinds in MARKS:
        if feature.kind in kinds and (number := mark(table)) is not None:
            return code, number
    is_copy = alone is not None and alone >= COPY_STRENGTH
    return ("copies_outcome", alone) if is_copy else (None, None)


def _emptiness(feature: Feature, column: pl.Series, moment: str | None) -> str | None:
    """Return why there is nothing to use in a field."""
    if feature.kind == "unreadable":
        return "unreadable"
    if not column.count():
        has_day = moment is not None and moment not in declared.MOMENTS
        return "known_later" if has_day else "never_filled"
    return "one_value" if column.n_unique() == 1 else None
