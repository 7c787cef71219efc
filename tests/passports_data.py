"""Customers with labels and the lines behind them, made by hand for the tests of passports."""

import datetime as dt
from dataclasses import dataclass
from functools import partial

import polars as pl

from segment import passports
from segment.passports import Kind
from segment.schemes import lifecycle, pareto, value_groups
from segment.schemes.lifecycle import LifecycleRules

MODEL = "mbg_nbd 12345678"
AS_OF = dt.date(2026, 10, 31)
A_LINE, B_LINE = 3440.0, 840.0


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Rules of a label that waits: a line is passed by a fifth before the label changes."""

    margin: float = 0.0
    grace_months: int = 0


@dataclass(frozen=True, kw_only=True)
class Banded:
    """Rules with a margin for money and a band for probabilities."""

    margin: float = 0.2
    bzc_band: float = 0.1


def abc(**waits: float) -> Kind:
    return Kind(
        label="abc_class", codes=("A", "B", "C"), rules=Rules(**waits),
        describe=partial(pareto.describe, pareto.ParetoRules()),
    )  # fmt: skip


def groups_kind(**waits: float) -> Kind:
    return Kind(
        label="value_group", codes=value_groups.LABELS, rules=Rules(**waits),
        describe=partial(value_groups.describe, value_groups.ValueGroupRules()),
    )  # fmt: skip


def states_kind(**rules: float) -> Kind:
    made = LifecycleRules(**rules)
    return Kind(
        label="lifecycle_state", codes=lifecycle.LABELS, rules=made,
        describe=partial(lifecycle.describe, made),
    )  # fmt: skip


def lines(*rows: tuple[str, str, str, float | None]) -> pl.DataFrame:
    schema = {"label": pl.String, "code": pl.String, "column": pl.String, "at": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


LINES = lines(
    ("abc_class", "A", "revenue_last_year", A_LINE),
    ("abc_class", "B", "revenue_last_year", B_LINE),
    ("value_group", "MVC", "actual_value", 1000.0),
    ("value_group", "MGC", "expected_growth", 100.0),
    ("value_group", "BZC", "p_below_zero", 0.9),
)


def classed(*rows: tuple[str, float | None, str | None]) -> pl.DataFrame:
    """Customers with the revenue of a year and their ABC class."""
    schema = {
        "customer_id": pl.String,
        "revenue_last_year": pl.Float64,
        "abc_class": pl.Enum(["A", "B", "C"]),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def grouped(*rows: tuple[str, float, float, float, str]) -> pl.DataFrame:
    """Customers with value, growth, the probability of a loss, and their value group."""
    schema = {
        "customer_id": pl.String,
        **dict.fromkeys(("actual_value", "expected_growth", "p_below_zero"), pl.Float64),
        "value_group": pl.Enum(value_groups.LABELS),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def states(*rows: tuple[str, int, float, float, str]) -> pl.DataFrame:
    """Customers with their silence, rhythm, odds of still being one, and their state."""
    schema = {
        "customer_id": pl.String, "silent_days": pl.Int64, "rhythm_days": pl.Float64,
        "p_alive": pl.Float64, "lifecycle_state": pl.Enum(lifecycle.LABELS),
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def issued(frame: pl.DataFrame, *kinds: Kind, by: pl.DataFrame = LINES, **more: object):
    return passports.issue(frame, by, kinds, AS_OF, model=MODEL, **more)


def only(frame: pl.DataFrame) -> dict[str, object]:
    assert frame.height == 1
    return frame.to_dicts()[0]


def said(made: pl.DataFrame, language: str = "en") -> dict[str, object]:
    return only(passports.in_words(made, language, "EUR"))
