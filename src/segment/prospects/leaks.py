"""Fields that know the outcome, found by when and how they are filled, not by their strength.

A field that is filled when a deal closes predicts the past perfectly and the future not at all.
Strength is no evidence: an honest field may be strong. What gives a late field away is its
structure (`evidence`). Each suspect is named with its numbers and left out until it is let in by
name. Source: Kaufman, Rosset et al., *Leakage in data mining*, TKDD 2012.
"""

from collections.abc import Callable

import polars as pl

from segment.errors import DataError, nearest
from segment.prospects import evidence
from segment.prospects.features import Feature, Kind
from segment.prospects.rules import ProspectRules

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
    ("one_value_by_outcome", evidence.one_value_by_outcome, ("number", "day", "category")),
)
# Nothing to use in them, which is no suspicion; nobody can let them in.
EMPTY = ("unreadable", "never_filled", "one_value")
SUSPECT = ("declared_late", *(code for code, _, _ in MARKS), "copies_outcome")

FIELDS: dict[str, pl.DataType | type[pl.DataType]] = {
    "feature": pl.String,
    "kind": pl.Enum(("number", "day", "category", "unreadable")),
    "filled_won_share": pl.Float64,
    "filled_lost_share": pl.Float64,
    "filled_open_share": pl.Float64,
    "n_values": pl.Int64,
    "strength": pl.Float64,
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

    `why` is null for a field without fault, else a code of EMPTY or SUSPECT, and `evidence` the
    number behind it. `is_used` says whether the model may see it: no fault, or a suspect that
    `rules.allow` lets in. `strength` is the field's AUC alone; null where that is unknown.

    Raises:
        DataError: A rule names a field that is not there.
    """
    _check_names(features, rules)
    leads = evidence.draw_lots(followed, rules.seed)
    rows = [_row(feature, leads, values[feature.name], rules) for feature in features]
    return pl.DataFrame(rows, schema=FIELDS)


def _check_names(features: tuple[Feature, ...], rules: ProspectRules) -> None:
    known = [feature.name for feature in features]
    for rule in ("allow", "late", "actionable", "monotone"):
        for name in getattr(rules, rule):
            if name not in known:
                raise DataError(
                    f"prospects.{rule} names the field '{name}', which the prospects do not have"
                    f"{nearest(name, known)}. Correct the name in segment.toml or take it out."
                )


def _row(
    feature: Feature, followed: pl.DataFrame, column: pl.Series, rules: ProspectRules
) -> dict[str, object]:
    table = followed.with_columns(value=column)
    is_open, is_won = ~pl.col("is_closed"), pl.col("is_won")
    filled = table.select(
        won=pl.col("value").filter(is_won).is_not_null().mean(),
        lost=pl.col("value").filter(~is_won & ~is_open).is_not_null().mean(),
        open=pl.col("value").filter(is_open).is_not_null().mean(),
    ).row(0)
    alone = evidence.strength(table)
    why, number = _fault(feature, table, alone, rules)
    return {
        "feature": feature.name,
        "kind": feature.kind,
        **dict(zip(("filled_won_share", "filled_lost_share", "filled_open_share"), filled,
                   strict=True)),
        "n_values": column.drop_nulls().n_unique(),
        "strength": alone,
        "why": why,
        "evidence": number,
        "is_used": why is None or (why in SUSPECT and feature.name in rules.allow),
    }  # fmt: skip


def _fault(
    feature: Feature, table: pl.DataFrame, alone: float | None, rules: ProspectRules
) -> tuple[str | None, float | None]:
    """Return the first fault of a field and the number behind it."""
    if empty := _emptiness(feature, table["value"]):
        return empty, None
    if feature.name in rules.late:
        return "declared_late", alone
    for code, mark, kinds in MARKS:
        if feature.kind in kinds and (number := mark(table)) is not None:
            return code, number
    is_copy = alone is not None and alone >= COPY_STRENGTH
    return ("copies_outcome", alone) if is_copy else (None, None)


def _emptiness(feature: Feature, column: pl.Series) -> str | None:
    """Return why there is nothing to use in a field."""
    if feature.kind == "unreadable":
        return "unreadable"
    if not column.count():
        return "never_filled"
    return "one_value" if column.n_unique() == 1 else None
