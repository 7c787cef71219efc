"""Scores: of each customer over the indicators answered, and of the company with an interval.

An interval is that of the mean over respondents, by Student's t: customers answer for themselves,
while the ticks of one customer go together. Source: Student 1908; Cochran, *Sampling Techniques*,
ch. 9 (a respondent's ticks are one cluster).
"""

import datetime as dt

import polars as pl
from scipy import stats

from segment.schema import SATISFACTION_INDICATORS, require
from segment.survey.judging import judge
from segment.survey.rules import SurveyRules

ALL = "all"  # the row of all indicators together
COLUMNS = {"satisfaction": pl.Float64, "n_responses": pl.Int64, "n_answers": pl.Int64}


def add(
    customers: pl.DataFrame, survey: pl.DataFrame | None, as_of: dt.date, rules: SurveyRules
) -> pl.DataFrame:
    """Add n_responses, n_answers and satisfaction (0 to 100) to one row a customer.

    Satisfaction is the weighted mean over what was answered in the window: an indicator that was
    left blank counts neither for nor against. All three are null for who did not answer, and for
    everybody where there is no survey.

    Raises:
        DataError: A frame lacks a column.
    """
    require(customers, ["customer_id"], by="survey")
    alone = customers.drop(list(COLUMNS), strict=False)
    if survey is None:
        return alone.with_columns(
            pl.lit(None, dtype=kind).alias(name) for name, kind in reversed(COLUMNS.items())
        )
    told = _of_customers(judge(survey, as_of, rules)).select(
        "customer_id", *reversed(COLUMNS.keys())
    )
    return alone.join(told, on="customer_id", how="left", maintain_order="left")


def _of_customers(answers: pl.DataFrame) -> pl.DataFrame:
    """Return the weighted mean of each customer over who has an answer that counts."""
    weight, score = pl.col("weight"), pl.col("score")
    return (
        answers.filter(weight > 0)
        .group_by("customer_id", maintain_order=True)
        .agg(
            satisfaction=(weight * score).sum() / weight.sum(),
            n_responses=pl.col("response_id").n_unique().cast(pl.Int64),
            n_answers=pl.len().cast(pl.Int64),
            n_contradicted=pl.col("is_contradicted").sum().cast(pl.Int64),
            n_dissatisfied=pl.col("is_dissatisfied").sum().cast(pl.Int64),
        )
    )


def by_indicator(survey: pl.DataFrame, as_of: dt.date, rules: SurveyRules) -> pl.DataFrame:
    """Return the company's satisfaction, one row an indicator in their order, and all together.

    Columns: indicator ("all" is the last), n_respondents (customers), satisfaction (the mean over
    respondents, 0 to 100), satisfaction_low and satisfaction_high (null with fewer than two
    respondents), n_answers, dissatisfied_share (of them, contradicted ones included) and
    n_contradicted.
    An indicator without an answer has no mean.

    Raises:
        DataError: `survey` lacks a column.
    """
    answers = judge(survey, as_of, rules).with_columns(pl.col("indicator").cast(pl.String))
    parts = [
        _summed(_of_customers(answers.filter(indicator=name).with_columns(weight=1.0)), name, rules)
        for name in SATISFACTION_INDICATORS
    ]
    return pl.concat([*parts, _summed(_of_customers(answers), ALL, rules)])


def _summed(people: pl.DataFrame, name: str, rules: SurveyRules) -> pl.DataFrame:
    n = people.height
    mean, sd = people.select(pl.col("satisfaction").mean(), sd=pl.col("satisfaction").std()).row(0)
    half = None
    if n > 1:
        half = float(stats.t.ppf((1 + rules.interval_share) / 2, n - 1)) * sd / n**0.5
    within = pl.lit(mean, dtype=pl.Float64)
    answers = pl.col("n_answers").sum()
    worst, best = min(rules.scores), max(rules.scores)
    return people.select(
        indicator=pl.lit(name),
        n_respondents=pl.lit(n, dtype=pl.Int64),
        n_answers=answers,
        satisfaction=within,
        satisfaction_low=(within - half).clip(worst, best),
        satisfaction_high=(within + half).clip(worst, best),
        dissatisfied_share=pl.when(answers > 0).then(pl.col("n_dissatisfied").sum() / answers),
        n_contradicted=pl.col("n_contradicted").sum(),
    )
