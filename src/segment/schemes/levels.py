"""Levels of any measure, such as the tiers VIP, large, medium and small by value.

Levels are cut either at absolute floors, which keep their meaning from month to month, or at
shares of the customers, which keep their size. The same arithmetic serves stars, loyalty bands
and the like: another section of `segment.toml`, with its own column, label and names.
"""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from segment import checks, cuts
from segment.errors import ConfigError
from segment.text import as_written, phrase, share_as_written, word

LABELS = ("VIP", "large", "medium", "small")
FEWEST_LEVELS = 2


@dataclass(frozen=True, kw_only=True)
class LevelRules:
    """What is measured, how the levels are called (best first) and where the lines fall.

    `shares` are shares of the customers, one a level; `floors` are values of the column, one a
    level but the lowest. Only those that `by` names are used.
    """

    column: str = "actual_value"
    label: str = "tier"
    labels: tuple[str, ...] = LABELS
    by: Literal["shares", "floors"] = "shares"
    shares: tuple[float, ...] = (0.05, 0.15, 0.30, 0.50)
    floors: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        checks.text(self, "column", "label")
        checks.names(self, "labels", least=FEWEST_LEVELS)
        checks.one_of(self, "by", ("shares", "floors"))
        if self.label == self.column:
            raise ConfigError(f"label is {self.label!r}, the column that it is made from.")
        if self.by == "floors":
            checks.falling(self, "floors", self.labels)
        else:
            checks.shares(self, "shares", self.labels)
            if self.floors:
                raise ConfigError('floors are given, but by is "shares"; set by = "floors".')


def needs(rules: LevelRules) -> tuple[str, ...]:
    """Return the columns that `assign` reads."""
    return (rules.column,)


def assign(frame: pl.DataFrame, rules: LevelRules) -> pl.DataFrame:
    """Add the label that the rules name; unknown values get none.

    A row exactly on a floor earns the higher level. By shares, ties at a line all pass it, and
    a value of zero or less takes the lowest level.

    Raises:
        DataError: `frame` lacks the column, or the column holds no numbers.
    """
    cuts.require_numbers(frame, needs(rules), by="levels")
    values = cuts.amounts(frame, rules.column)
    places = (
        cuts.by_floors(values, rules.floors)
        if rules.by == "floors"
        else cuts.by_heads(values, rules.shares[:-1])
    )
    return frame.with_columns(cuts.named(places, rules.labels).alias(rules.label))


def describe(rules: LevelRules, language: str = "en") -> str:
    """Say the rule in one line, with its numbers.

    Raises:
        ConfigError: There is no such language.
    """
    if rules.by == "floors":
        key, lines = "floor", [as_written(floor, language) for floor in rules.floors]
    else:
        key, lines = "share", [share_as_written(share, language) for share in rules.shares[:-1]]
    words = [word(f"scheme.{rules.label}", code, language) for code in rules.labels]
    steps = [
        phrase(f"scheme.levels.{key}", language, label=name, line=line)
        for name, line in zip(words, lines, strict=False)
    ]
    return phrase(
        f"scheme.levels.by_{key}s",
        language,
        column=word("scheme.column", rules.column, language),
        steps=phrase("scheme.and_then", language).join(steps),
        lowest=words[-1],
    )
