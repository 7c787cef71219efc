"""The satisfaction survey: 14 ticks a response, some with a remark, some of which disagree."""

import numpy as np
import polars as pl

from segment.sample.billing import active_at_end
from segment.sample.rules import SampleRules, chance
from segment.sample.words import pick, words
from segment.schema import SATISFACTION_INDICATORS, SATISFACTION_LEVELS

PERIOD_DAYS = 540  # responses of the last year and a half
CUTS = (-0.9, 0.4, 1.4, 2.3)  # on the scale of discontent, between the five levels
CONTENT_WEIGHT, NOISE = 0.7, 0.7
INDICATOR_SPREAD = 0.4
ANSWERED_SHARE = 0.96  # the others are left blank
REMARK_SHARE, CONTRADICTING_SHARE = 0.10, 0.15
CHINESE_SHARE = 0.06
CONTRADICTED = ("satisfied", "fair")  # a bad remark beside one of these ticks is the true answer
GOOD_LEVELS = ("very satisfied", "satisfied", "fair")


def make(people: pl.DataFrame, rules: SampleRules) -> pl.DataFrame:
    """Return one row an answer: response_id, customer, day, indicator, level, remark.

    `is_contradicting` tells the hidden truth about the remark.
    """
    rng = chance(rules, "survey")
    n, n_indicators = rules.n_responses, len(SATISFACTION_INDICATORS)
    can = np.flatnonzero(active_at_end(people, rules).to_numpy())
    who = rng.choice(can, n, replace=n > len(can))
    day = rules.n_days - 1 - rng.integers(0, min(PERIOD_DAYS, rules.n_days), n)
    day = np.maximum(day, people["start"].to_numpy()[who])
    who, day = who[np.argsort(day, kind="stable")], np.sort(day)
    discontent = (
        -CONTENT_WEIGHT * people["contentment"].to_numpy()[who][:, None]
        + rng.normal(0, INDICATOR_SPREAD, n_indicators)[None, :]
        + rng.normal(0, NOISE, (n, n_indicators))
    ).ravel()
    answers = pl.DataFrame(
        {
            "response_id": np.repeat([f"R{i + 1:04d}" for i in range(n)], n_indicators),
            "customer": np.repeat(who, n_indicators),
            "day": np.repeat(day, n_indicators),
            "indicator": np.tile(SATISFACTION_INDICATORS, n),
            "level": np.array(SATISFACTION_LEVELS)[np.searchsorted(CUTS, discontent)],
        }
    )
    kept = answers.filter(pl.Series(rng.random(answers.height) < ANSWERED_SHARE))
    return _with_remarks(kept, rng)


def _with_remarks(answers: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    n, said = answers.height, words()["remarks"]
    is_remarked = pl.Series(rng.random(n) < REMARK_SHARE)
    contradicts = pl.Series(rng.random(n) < CONTRADICTING_SHARE)
    is_chinese = pl.Series(rng.random(n) < CHINESE_SHARE)
    remark = {name: pl.Series(pick(remarks, rng, n).tolist()) for name, remarks in said.items()}
    is_against = is_remarked & contradicts & pl.col("level").is_in(CONTRADICTED)
    is_good = pl.col("level").is_in(GOOD_LEVELS) & ~is_against
    good = pl.when(is_chinese).then(remark["good_chinese"]).otherwise(remark["good"])
    bad = pl.when(is_chinese).then(remark["bad_chinese"]).otherwise(remark["bad"])
    return answers.with_columns(
        remark=pl.when(is_remarked).then(pl.when(is_good).then(good).otherwise(bad)),
        is_contradicting=is_against,
    )
