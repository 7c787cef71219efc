"""The survey's rule and what it found, each in one line."""

import polars as pl

from segment.schema import require
from segment.survey.rules import SurveyRules
from segment.survey.scoring import ALL
from segment.text import as_written, number, phrase, share_as_written, word


def describe(rules: SurveyRules, language: str = "en") -> str:
    """Say the rule in one line, with its numbers.

    Raises:
        ConfigError: There is no such language.
    """
    joint = phrase("scheme.and_then", language)
    return phrase(
        "scheme.survey.rule",
        language,
        scores=joint.join(as_written(score, language) for score in rules.scores),
        overruled=joint.join(_level(level, language) for level in rules.overruled),
        counts_as=_level(rules.counts_as, language),
        days=as_written(rules.window_days, language),
        interval=share_as_written(rules.interval_share, language),
    )


def found(told: pl.DataFrame, language: str = "en") -> str:
    """Say how many answered, and how many answers their remark contradicts.

    Raises:
        DataError: `told` is not what `by_indicator` returns.
        ConfigError: There is no such language.
    """
    require(told, ["indicator", "n_respondents", "n_answers", "n_contradicted"], by="survey.words")
    every = told.row(by_predicate=pl.col("indicator") == ALL, named=True)
    names = ("n_respondents", "n_answers", "n_contradicted")
    return phrase(
        "scheme.survey.found", language, **{name: number(every[name], language) for name in names}
    )


def _level(level: str, language: str) -> str:
    return word("scheme.satisfaction_band", level.replace(" ", "_"), language)
