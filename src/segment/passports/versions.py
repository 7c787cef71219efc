"""What a label was made by, in a few letters: its model, its rules, the program.

A fingerprint is the beginning of a SHA-256: the same parameters or rules have the same one, and
any other have another. Parameters count with as many digits as a fit on another machine repeats.
"""

import dataclasses
import hashlib
from collections.abc import Iterable
from typing import Any

import polars as pl

from segment import __version__
from segment.prospects.model import Model
from segment.schema import require
from segment.text import phrase

DIGITS = 8  # of the fingerprint: two in a company's life hardly ever agree by chance
STEADY = 6  # significant digits of a parameter
SCORECARD = "scorecard"

PACKAGE = __version__


def of_parameters(parameters: pl.DataFrame) -> str:
    """Name the purchase model of a fit's parameters, with their fingerprint: "mbg_nbd 1f3a…".

    Raises:
        DataError: `parameters` lacks model, parameter or estimate, as `clv.fit` returns them.
    """
    require(parameters, ["model", "parameter", "estimate"], by="passports.versions")
    rows = parameters.select("model", "parameter", "estimate").rows()
    marks = [f"{model}.{name}={_steady(value)}" for model, name, value in rows]
    return f"{rows[0][0] if rows else ''} {_mark(marks)}".strip()


def of_scorecard(model: Model) -> str:
    """Name the score of prospects with its fingerprint, or the base rate of one that abstained."""
    if model.card is None:
        return f"{SCORECARD} {_mark([_steady(model.quality.base_rate or 0.0)])}"
    numbers = [model.card.base, *model.card.weights.tolist()]
    return f"{SCORECARD} {_mark([*(one.name for one in model.features), *map(_steady, numbers)])}"


def of_rules(*sections: Any) -> str:
    """Return the fingerprint of the rules of one section or several."""
    return _mark(
        f"{item.name}={getattr(rules, item.name)!r}"
        for rules in sections
        for item in dataclasses.fields(rules)
    )


def changed(issued: pl.DataFrame, then: pl.DataFrame | None, language: str = "en") -> list[str]:
    """Say whose rules are others than those of `then`, the passports of a month ago; else nothing.

    A rule of the forecast, the value or the growth counts for every label that rests on it.

    Raises:
        DataError: A frame holds no passports.
    """
    if then is None:
        return []
    told = ["label", "rule_version"]
    for frame in (issued, then):
        require(frame, told, by="passports.changed")
    both = issued.select(told).unique().join(then.select(told).unique(), on="label")
    others = both.filter(pl.col("rule_version") != pl.col("rule_version_right"))["label"]
    if others.is_empty():
        return []
    names = ", ".join(phrase(f"column.{label}", language) for label in others.sort())
    return [phrase("passport.rules_changed", language, labels=names)]


def _steady(value: float) -> str:
    return f"{value:.{STEADY}g}"


def _mark(marks: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(marks).encode()).hexdigest()[:DIGITS]
