"""Judging: what each answer is worth, once its remark has been read."""

import datetime as dt

import polars as pl

from segment.schema import SATISFACTION_INDICATORS, SATISFACTION_LEVELS, require
from segment.survey.remarks import complains
from segment.survey.rules import SurveyRules

NEEDED = ("response_id", "customer_id", "indicator", "level", "responded_on")


def judge(survey: pl.DataFrame, as_of: dt.date, rules: SurveyRules) -> pl.DataFrame:
    """Return the answers of the window with is_contradicted, is_dissatisfied, score and weight.

    A score is 0 to 100; dissatisfied is an answer that counts as one of the two worst levels.
    Contradicted is a tick that the rules let a complaint overrule and whose remark complains: as
    is_complaint states, or by its words where that is not stated.

    Raises:
        DataError: `survey` lacks a column.
    """
    require(survey, NEEDED, by="survey")
    level = pl.col("level").cast(pl.String)
    says = complains(pl.col("remark")) if "remark" in survey.columns else pl.lit(False)
    if "is_complaint" in survey.columns:
        says = pl.coalesce(pl.col("is_complaint").cast(pl.Boolean), says)
    day = pl.col("responded_on").cast(pl.Date)
    age = (pl.lit(as_of) - day).dt.total_days()
    counted = pl.when("is_contradicted").then(pl.lit(rules.counts_as)).otherwise(level)
    return (
        survey.filter(age >= 0, age < rules.window_days)
        .with_columns(is_contradicted=level.is_in(rules.overruled) & says.fill_null(value=False))
        .with_columns(
            is_dissatisfied=counted.is_in(SATISFACTION_LEVELS[-2:]),
            score=counted.replace_strict(
                list(SATISFACTION_LEVELS), list(rules.scores), return_dtype=pl.Float64
            ),
            weight=pl.col("indicator")
            .cast(pl.String)
            .replace_strict(
                list(SATISFACTION_INDICATORS),
                [float(rules.weight(name)) for name in SATISFACTION_INDICATORS],
                return_dtype=pl.Float64,
            ),
        )
    )
