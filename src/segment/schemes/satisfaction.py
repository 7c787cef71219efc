"""Satisfaction bands: how content a customer is, by the mean score of the survey's answers.

The bands lie half-way between the scores of the five levels, so that a customer who ticks
"satisfied" throughout is satisfied. What a tick is worth, and when a remark overrules it, is for
`survey` to say. Who gave few answers has no band.
"""

from dataclasses import dataclass

import polars as pl

from segment import checks, cuts
from segment.text import as_written, phrase, word

LABEL = "satisfaction_band"
LABELS = ("very_satisfied", "satisfied", "fair", "dissatisfied", "very_dissatisfied")
COLUMN = "satisfaction"


@dataclass(frozen=True, kw_only=True)
class SatisfactionRules:
    """Where the bands begin, best first, on 0 to 100, and how many answers a band needs.

    `margin` is the share of a line by which it must be passed before last month's band changes:
    none by default, since a score moves with new answers only, and that is news.
    """

    floors: tuple[float, ...] = (90.0, 70.0, 50.0, 30.0)
    fewest_answers: int = 5
    margin: float = 0.0

    def __post_init__(self) -> None:
        checks.falling(self, "floors", LABELS)
        checks.whole(self, "fewest_answers", least=1)
        checks.share(self, "margin")


def needs(rules: SatisfactionRules) -> tuple[str, ...]:
    """Return the columns that `assign` reads."""
    return (COLUMN, "n_answers")


def lines(frame: pl.DataFrame, rules: SatisfactionRules) -> pl.DataFrame:
    """Return the lines of all bands but the lowest: label, code, column and at.

    Raises:
        DataError: `frame` lacks a column, or one holds no numbers.
    """
    cuts.require_numbers(frame, needs(rules), by="satisfaction")
    return cuts.line_frame(*_kind(), cuts.exact(rules.floors))


def assign(
    frame: pl.DataFrame,
    rules: SatisfactionRules,
    before: pl.DataFrame | None = None,
    lines: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Add the band by the lines alone, and last `satisfaction_band`.

    Exactly on a floor is in the higher band. `before` is last month's frame with its bands; `lines`
    are other lines than the rules', those of another rule leave the band unknown.

    Raises:
        DataError: `frame` lacks a column, or one holds no numbers; a frame lacks customer_id where
            there is a month before, or that month holds a customer twice.
    """
    cuts.require_numbers(frame, needs(rules), by="satisfaction")
    is_enough = frame.select(
        (pl.col("n_answers") >= rules.fewest_answers).fill_null(value=False)
    ).to_series()
    return cuts.labelled(
        frame,
        cuts.amounts(frame, COLUMN).set(~is_enough, None),
        cuts.exact(rules.floors) if lines is None else cuts.read_lines(lines, *_kind()),
        cuts.last_month(frame, before, LABEL, LABELS),
        label=LABEL,
        labels=LABELS,
        margin=rules.margin,
        grace_months=0,
    )


def _kind() -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return what tells these lines from others: the label, the codes, the columns compared."""
    return LABEL, LABELS[:-1], (COLUMN,) * len(LABELS[:-1])


def describe(rules: SatisfactionRules, language: str = "en") -> str:
    """Say the rule in one line, with its numbers.

    Raises:
        ConfigError: There is no such language.
    """
    words = [word(f"scheme.{LABEL}", code, language) for code in LABELS]
    steps = [
        phrase("scheme.levels.floor", language, label=name, line=as_written(floor, language))
        for name, floor in zip(words, rules.floors, strict=False)
    ]
    rule = phrase(
        "scheme.satisfaction.rule",
        language,
        steps=phrase("scheme.and_then", language).join(steps),
        lowest=words[-1],
        fewest=as_written(rules.fewest_answers, language),
    )
    return cuts.with_margin(rule, rules.margin, 0, language)
