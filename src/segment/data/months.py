"""The last month that the data cover whole: what a report is about unless told otherwise."""

import datetime as dt

import polars as pl

from segment.errors import DataError

WEEK = dt.timedelta(days=7)
WINDOW = 8 * WEEK  # recent enough to be today's opening hours, long enough to outlast a holiday
USUAL_SHARE = 0.5  # of its weekdays in the window on which there was trade
# A day typed wrongly lies alone behind a stop: a month or more without a row, twice as long as any
# pause before it, and behind it less than a week's days or a hundredth of the rows.
STOP = dt.timedelta(days=31)
LONGER_THAN_BEFORE = 2
FEW_DAYS = 7
FEW_ROWS_SHARE = 0.01


def last_day(days: pl.Series) -> dt.date | None:
    """Return the last of `days` (one a row), stray days far in the future passed over."""
    found = _without_strays(_counts(days))
    return found[-1] if found else None


def last_complete_month(days: pl.Series) -> dt.date:
    """Return the end of the last month that `days` (one a row) cover whole.

    A month is whole when no weekday on which the company usually trades falls between the last
    day of the data and its end, nor between its start and the first day of the data. Stray days
    far in the future are passed over.

    Raises:
        DataError: There is no day, or the days cover no month whole.
    """
    found = _without_strays(_counts(days))
    if not found:
        raise DataError("There are no days from which to tell the last complete month.")
    first, last = found[0], found[-1]
    usual = _usual_weekdays(found)
    end = _month_end(last)
    if _trades(usual, last + dt.timedelta(days=1), end):
        end = last.replace(day=1) - dt.timedelta(days=1)
    start = end.replace(day=1)
    if first > end or (first > start and _trades(usual, start, first - dt.timedelta(days=1))):
        raise DataError(
            f"The data run from {first} to {last} and cover no month whole; name the last day to "
            f"count, for example --as-of {last}."
        )
    return end


def _counts(days: pl.Series) -> list[tuple[dt.date, int]]:
    return sorted(days.alias("day").drop_nulls().value_counts(name="n_rows").rows())


def _without_strays(counts: list[tuple[dt.date, int]]) -> list[dt.date]:
    """Return the days before the first stop behind which only strays lie."""
    n_rows = sum(count for _, count in counts)
    days = [day for day, _ in counts]
    n_before, longest = 0, dt.timedelta(0)
    for place, (day, count) in enumerate(counts[:-1], start=1):
        n_before += count
        n_after = n_rows - n_before
        pause = days[place] - day
        is_few = len(days) - place < FEW_DAYS or n_after <= FEW_ROWS_SHARE * n_rows
        if pause > max(STOP, LONGER_THAN_BEFORE * longest) and is_few and n_after < n_before:
            return days[:place]
        longest = max(longest, pause)
    return days


def _usual_weekdays(days: list[dt.date]) -> set[int]:
    """Return the weekdays (Monday is 0) of usual trade; all of them if none stands out."""
    last = days[-1]
    start = max(days[0], last - WINDOW + dt.timedelta(days=1))
    window = [start + dt.timedelta(days=n) for n in range((last - start).days + 1)]
    recent = set(days[-len(window) :])
    usual = set()
    for weekday in range(7):
        chances = [day for day in window if day.weekday() == weekday]
        traded = sum(day in recent for day in chances)
        if chances and traded >= USUAL_SHARE * len(chances):
            usual.add(weekday)
    return usual or set(range(7))


def _trades(usual: set[int], start: dt.date, end: dt.date) -> bool:
    """Return whether a usual weekday falls between two days, both included."""
    n_days = (end - start).days + 1
    return any((start + dt.timedelta(days=n)).weekday() in usual for n in range(n_days))


def _month_end(day: dt.date) -> dt.date:
    return (day.replace(day=1) + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
