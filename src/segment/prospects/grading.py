"""From a model to the list that people work: the chance, its interval and the grade."""

import numpy as np
import polars as pl

from segment.errors import DataError
from segment.prospects import declared, measures, reasons, scorecard, timing
from segment.prospects.contract import checked
from segment.prospects.design import Floats
from segment.prospects.features import RESULTS, is_readable, typed
from segment.prospects.model import Model
from segment.schema import require

# A few cells may well be slips of the pen.
FEWEST_TO_READ = 20
MOST_SHOWN = 40


def predict(prospects: pl.DataFrame, model: Model) -> pl.DataFrame:
    """Add the chance of closing, its interval, the grade and the reasons to one row a prospect.

    For a lead still open at the end of the model's `as_of`, `close_probability` is the chance
    that it is won within the horizon from then on, given how long it has waited; for a closed one
    it is the chance within the horizon of its creation. `probability_low` and `probability_high`
    say how well the chance is known, not whether the lead will close. `reasons` are the largest
    parts of the log-odds, counted from the mean lead, and `levers` those of the fields that
    somebody can change. The grade is that of the chance; where the rules go by value or capacity it
    is null until `add_grade`. Where the model abstained everyone has the base rate, and neither
    grade nor reasons. What was graded before is graded anew.

    Raises:
        DataError: The prospects break their contract, or lack a column that the model reads.
    """
    leads = checked(prospects, by="prospects.predict")
    plain = prospects.drop(RESULTS, strict=False)
    if model.card is None:
        quality = model.quality
        return plain.with_columns(
            close_probability=pl.lit(quality.base_rate, dtype=pl.Float64),
            probability_low=pl.lit(quality.base_low, dtype=pl.Float64),
            probability_high=pl.lit(quality.base_high, dtype=pl.Float64),
            grade=measures.graded(pl.lit(None, dtype=pl.Float64), model.rules.floors),
            reasons=pl.lit([], dtype=pl.List(reasons.REASON)),
            levers=pl.lit([], dtype=pl.List(reasons.REASON)),
        )
    names = [feature.name for feature in model.features]
    leads = declared.hide(leads, names, model.rules, by="prospects.predict")
    effects, errors = score(leads, model)
    log_odds = model.card.base + effects.sum(axis=1)
    reach = measures.normal_width(model.rules.interval_share) * errors
    return plain.with_columns(
        pl.Series("close_probability", measures.chance(log_odds)),
        pl.Series("probability_low", measures.chance(log_odds - reach)),
        pl.Series("probability_high", measures.chance(log_odds + reach)),
    ).with_columns(
        grade=measures.graded(_decides(model), model.rules.floors),
        reasons=reasons.largest(leads, effects, model),
        levers=_levers(leads, effects, model),
    )


def _decides(model: Model) -> pl.Expr:
    is_by_chance = model.rules.grades.grade_by == "probability"
    return pl.col("close_probability") if is_by_chance else pl.lit(None, dtype=pl.Float64)


def _levers(leads: pl.DataFrame, effects: Floats, model: Model) -> pl.Series:
    """Return the largest parts of the score that somebody can change; waiting is none of them."""
    names = [feature.name for feature in model.features]
    is_lever = np.array([*(name in model.rules.actionable for name in names), False])
    if not is_lever.any():
        return pl.repeat([], len(leads), dtype=pl.List(reasons.REASON), eager=True)
    return reasons.largest(leads, effects * is_lever, model)


def score(leads: pl.DataFrame, model: Model) -> tuple[Floats, Floats]:
    """Return what each feature and, last, waiting adds to each lead's log-odds; and their error.

    Base and parts add up to the log-odds of `close_probability`.

    Raises:
        DataError: A column that the model reads is missing or holds lists or bytes.
    """
    require(leads, [feature.name for feature in model.features], by="prospects.predict")
    for feature in model.features:
        if not is_readable(leads[feature.name]):
            raise DataError(
                f"prospects.predict reads the column '{feature.name}' as a {feature.kind}; "
                f"it holds {leads[feature.name].dtype}."
            )
    if model.card is None:
        return np.zeros((len(leads), len(model.features) + 1)), np.zeros(len(leads))
    values = typed(leads, model.features)
    _check_read(leads, values, model)
    parts, errors = scorecard.score(values, model.card)
    followed = timing.follow(leads, model.as_of)
    is_open = (~followed["is_closed"]).to_numpy()
    shifts, shift_errors = model.waiting.at(followed["age_days"].to_numpy())
    waited = np.where(is_open, shifts, 0.0)
    spread = np.hypot(errors, np.where(is_open, shift_errors, 0.0))
    return np.column_stack([parts, waited]), spread


def _check_read(leads: pl.DataFrame, values: pl.DataFrame, model: Model) -> None:
    """Refuse a column that is filled and of which not a single cell can be read any more."""
    for feature in model.features:
        cells = leads[feature.name].drop_nulls()
        if len(cells) >= FEWEST_TO_READ and not values[feature.name].count():
            raise DataError(
                f"prospects.predict reads the column '{feature.name}' as a {feature.kind}, as it "
                f"was when the model was fitted; none of its {len(cells):,} cells can be read so, "
                f"such as {str(cells[0])[:MOST_SHOWN]!r}. Has the export changed?"
            )
