"""Levels of any measure, such as the tiers VIP, large, medium and small by value.

Levels are cut either at absolute floors, which keep their meaning from month to month, or at
shares of the customers, which keep their size. A level changes only when its line is passed by a
margin. The same arithmetic serves stars, loyalty bands and the like: another section of
`segment.toml`, with its own column, label and names.
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
    level but the lowest. Only those that `by` names are used. `margin` is the share of a line by
    which it must be passed before last month's level changes (a floor of zero has no margin), and
    `grace_months` how many months a fall must have been due before.
    """

    column: str = "actual_value"
    label: str = "tier"
    labels: tuple[str, ...] = LABELS
    by: Literal["shares", "floors"] = "shares"
    shares: tuple[float, ...] = (0.05, 0.15, 0.30, 0.50)
    floors: tuple[float, ...] = ()
    margin: float = 0.20
    grace_months: int = 0

    def __post_init__(self) -> None:
        checks.text(self, "column", "label")
        checks.names(self, "labels", least=FEWEST_LEVELS)
        checks.one_of(self, "by", ("shares", "floors"))
        checks.share(self, "margin")
        checks.whole(self, "grace_months", least=0)
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


def lines(frame: pl.DataFrame, rules: LevelRules) -> pl.DataFrame:
    """Return the lines of all levels but the lowest: label, code, column and at.

    A value just `at` passes. By floors the lines are the floors, whatever the frame holds.

    Raises:
        DataError: `frame` lacks the column, or the column holds no numbers.
    """
    return cuts.line_frame(*_kind(rules), _lines(_values(frame, rules), rules))


def assign(
    frame: pl.DataFrame,
    rules: LevelRules,
    before: pl.DataFrame | None = None,
    lines: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Add the level by the lines alone, and last the label that the rules name.

    Unknown values get none. A row exactly on a floor earns the higher level. By shares, ties at a
    line all pass it, and a value of zero or less takes the lowest level. `before` is last month's
    frame with its levels, which stay within the margin. `lines` are other lines than the frame's
    own, such as last month's; those of another rule leave the level unknown.

    Raises:
        DataError: `frame` lacks the column, or the column holds no numbers; a frame lacks
            customer_id where there is a month before, or that month holds a customer twice.
    """
    values = _values(frame, rules)
    return cuts.labelled(
        frame,
        values,
        _lines(values, rules) if lines is None else cuts.read_lines(lines, *_kind(rules)),
        cuts.last_month(frame, before, rules.label, rules.labels),
        label=rules.label,
        labels=rules.labels,
        margin=rules.margin,
        grace_months=rules.grace_months,
    )


def _values(frame: pl.DataFrame, rules: LevelRules) -> pl.Series:
    cuts.require_numbers(frame, needs(rules), by="levels")
    return cuts.amounts(frame, rules.column)


def _lines(values: pl.Series, rules: LevelRules) -> list[int | None]:
    if rules.by == "floors":
        return cuts.exact(rules.floors)
    return cuts.head_lines(values, rules.shares[:-1])


def _kind(rules: LevelRules) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return what tells these lines from others: the label, the codes, the columns compared."""
    codes = rules.labels[:-1]
    return rules.label, codes, (rules.column,) * len(codes)


def describe(rules: LevelRules, language: str = "en") -> str:
    """Say the rule in one line, with its numbers.

    Raises:
        ConfigError: There is no such language.
    """
    if rules.by == "floors":
        key, at = "floor", [as_written(floor, language) for floor in rules.floors]
    else:
        key, at = "share", [share_as_written(share, language) for share in rules.shares[:-1]]
    words = [word(f"scheme.{rules.label}", code, language) for code in rules.labels]
    steps = [
        phrase(f"scheme.levels.{key}", language, label=name, line=line)
        for name, line in zip(words, at, strict=False)
    ]
    rule = phrase(
        f"scheme.levels.by_{key}s",
        language,
        column=word("scheme.column", rules.column, language),
        steps=phrase("scheme.and_then", language).join(steps),
        lowest=words[-1],
    )
    return cuts.with_margin(rule, rules.margin, rules.grace_months, language)
