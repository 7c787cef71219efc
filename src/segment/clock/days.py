"""Which kind of day each calendar day is: its month of the year, and what was declared of it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segment.errors import ConfigError

EPOCH = dt.date(1970, 1, 1).toordinal()
MONTHS = 12
YEAR_SHARES = np.array([31, 28.2425, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) / 365.2425

Index = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class Days:
    """Consecutive days: `month` from 0 to 11, and `special`, 0 or the number of what was declared.

    A day belongs to one declared kind only: the one declared last.
    """

    start: dt.date
    month: Index
    special: Index

    def __len__(self) -> int:
        return len(self.month)


def between(start: dt.date, n_days: int, declared: Mapping[str, Sequence[str]]) -> Days:
    """Return `n_days` days from `start` on."""
    dates = np.datetime64(start) + np.arange(n_days)
    special = np.zeros(n_days, np.intp)
    for number, spans in enumerate(declared.values(), start=1):
        for first, last in map(span, spans):
            inside = (dates >= np.datetime64(first)) & (dates <= np.datetime64(last))
            special[inside] = number
    return Days(
        start=start, month=dates.astype("datetime64[M]").astype(np.intp) % MONTHS, special=special
    )


def special_days(declared: Mapping[str, Sequence[str]]) -> None:
    """Refuse declared days that are none.

    Raises:
        ConfigError: An entry is neither a day nor two of them, the first not after the last.
    """
    for name, spans in declared.items():
        for written in spans:
            try:
                first, last = span(written)
            except (ValueError, TypeError, AttributeError):
                first, last = dt.date.max, dt.date.min
            if first > last:
                raise ConfigError(
                    f"special_days has {written!r} under {name!r}; write a day as 2026-11-11, "
                    "several as 2026-11-20/2026-11-30."
                )


def span(written: str) -> tuple[dt.date, dt.date]:
    """Return the first and the last of the days that are written as a day, or as two with a /.

    Raises:
        ValueError: They are written otherwise.
    """
    first, _, last = written.partition("/")
    return dt.date.fromisoformat(first), dt.date.fromisoformat(last or first)
