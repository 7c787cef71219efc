"""What a lead's further columns are: numbers, days or categories, told by what they hold.

A column read from a text file may hold numbers as text, so the content decides, once, when the
model is fitted; later months are read the same way. A day counts as days after the creation.
"""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from segment.data.known import CLOSED_LATER
from segment.prospects.contract import CONTRACT

# What grading adds; a table graded before may be graded again. What was withheld ends with it.
RESULTS = (
    "close_probability", "probability_low", "probability_high", "grade", "reasons", "levers",
    "value_if_won", "value_basis", "expected_value", "place", "places_a_week", "horizon_days",
    "is_for_learning", CLOSED_LATER,
)  # fmt: skip
# What a person thought of the lead: shown beside the model's grade, never a feature of it.
JUDGED = ("judged_grade", "judged_by", "judged_on")

Kind = Literal["number", "day", "category", "unreadable"]

# A stray word among numbers ("unknown") leaves a column a number, and that cell missing.
READ_SHARE = 0.95
DAY_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y")
DAY_LENGTH = 10
# As spreadsheets and Python write what polars calls true and false.
TRUTHS = {"TRUE": "true", "True": "true", "FALSE": "false", "False": "false"}
# A leading zero is kept in codes (postcodes, account numbers) and never in amounts.
CODE_PATTERN = r"^0\d"
# Far above any amount; what lies beyond, and what is no number, is unknown.
LARGEST = 1e24
SECONDS_A_DAY = 86_400
NANOSECONDS_AN_HOUR = 3_600_000_000_000


@dataclass(frozen=True, kw_only=True)
class Feature:
    """A column of the prospects and how it is read."""

    name: str
    kind: Kind


def recognise(prospects: pl.DataFrame) -> tuple[Feature, ...]:
    """Tell the kind of every column but the contract's, results of grading and judgements."""
    names = [name for name in prospects.columns if name not in (*CONTRACT, *RESULTS, *JUDGED)]
    return tuple(Feature(name=name, kind=_kind(prospects[name])) for name in names)


def typed(prospects: pl.DataFrame, features: tuple[Feature, ...]) -> pl.DataFrame:
    """Return one column a feature: Float64 for numbers and days, String for categories.

    Missing, unreadable and infinite cells are null. Days count from the creation.
    """
    columns = {feature.name: _values(prospects, feature) for feature in features}
    return pl.DataFrame(columns) if columns else pl.DataFrame(height=prospects.height)


def is_readable(column: pl.Series) -> bool:
    """Tell whether a column holds single values and not lists, records or bytes."""
    return not (column.dtype.is_nested() or column.dtype in (pl.Object, pl.Binary))


def is_of_days(column: pl.Series) -> bool:
    """Tell whether a column holds days, or nothing at all."""
    return is_readable(column) and (_kind(column) == "day" or _is_blank(column))


def as_days(column: pl.Series) -> pl.Series:
    """Return the days of a column; what cannot be read as one is null."""
    if column.dtype in (pl.Date, pl.Datetime):
        return column.cast(pl.Date)
    return _days_of_text(_filled_text(column))


def _kind(column: pl.Series) -> Kind:
    dtype = column.dtype
    if not is_readable(column):
        return "unreadable"
    if dtype in (pl.Date, pl.Datetime):
        return "day"
    if dtype.is_numeric() or dtype in (pl.Duration, pl.Time):
        return "number"
    if dtype != pl.String:
        return "category"
    return _kind_of_text(_filled_text(column).drop_nulls())


def _kind_of_text(words: pl.Series) -> Kind:
    needed = max(READ_SHARE * len(words), 1)
    is_code = words.str.contains(CODE_PATTERN).any()
    if not is_code and words.cast(pl.Float64, strict=False).count() >= needed:
        return "number"
    return "day" if _days_of_text(words).count() >= needed else "category"


def _values(prospects: pl.DataFrame, feature: Feature) -> pl.Series:
    column = prospects[feature.name]
    if feature.kind == "category":
        return _filled_text(column)
    if feature.kind == "number":
        return _numbers(column)
    if feature.kind == "unreadable":
        return pl.Series(values=[None] * len(column), dtype=pl.Float64)
    days = as_days(column) - prospects["created_on"]
    return days.dt.total_days().cast(pl.Float64)


def _filled_text(column: pl.Series) -> pl.Series:
    """Return cells as trimmed words, empty ones null, and yes and no as polars writes them."""
    text = column.cast(pl.String, strict=False).str.strip_chars()
    return text.set(text == "", None).replace(TRUTHS)


def _is_blank(column: pl.Series) -> bool:
    return not _filled_text(column).count()


def _numbers(column: pl.Series) -> pl.Series:
    if column.dtype == pl.Duration:
        column = column.dt.total_seconds() / SECONDS_A_DAY
    elif column.dtype == pl.Time:
        column = column.cast(pl.Int64) / NANOSECONDS_AN_HOUR
    elif column.dtype.is_temporal():
        column = column.clear(len(column))
    elif column.dtype == pl.String:
        column = _filled_text(column)
    numbers = column.cast(pl.Float64, strict=False)
    return numbers.set(~numbers.is_between(-LARGEST, LARGEST), None)


def _days_of_text(words: pl.Series) -> pl.Series:
    readings = [
        words.str.slice(0, DAY_LENGTH).str.to_date(form, strict=False) for form in DAY_FORMATS
    ]
    return pl.select(pl.coalesce(readings)).to_series()
