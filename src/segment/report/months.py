"""Which report: the last day that it counts, and the folder that is named after it.

A month that is whole is `2026-10`; a report about any other day carries the day, `2026-10-17`.
"""

import calendar
import datetime as dt
import re

from segment.errors import ConfigError

NAME = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?", re.ASCII)


def month_end(day: dt.date) -> dt.date:
    """Return the last day of the month of `day`."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def name(as_of: dt.date) -> str:
    """Return the folder name of the report that counts to `as_of`."""
    return f"{as_of:%Y-%m}" if as_of == month_end(as_of) else as_of.isoformat()


def is_name(text: str) -> bool:
    """Tell whether a text is the name of a report's folder: a month or a day that there is."""
    if NAME.fullmatch(text) is None:
        return False
    try:
        parse(text)
    except ConfigError:
        return False
    return True


def is_whole(text: str) -> bool:
    """Tell whether a folder's name is that of a month, not of another day."""
    found = NAME.fullmatch(text)
    return found is not None and found[3] is None


def between(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the last days of the months from that of `first` to that of `last`.

    Raises:
        ConfigError: The first comes after the last.
    """
    if first > last:
        raise ConfigError(f"{name(first)} comes after {name(last)}; give the earlier month first.")
    days = [month_end(first)]
    while days[-1] < last:
        days.append(month_end(days[-1] + dt.timedelta(days=1)))
    return days


def parse(text: str) -> dt.date:
    """Return the day that a reader wrote: `2026-10-31`, or `2026-10` for its last day.

    Raises:
        ConfigError: The text is neither.
    """
    found = NAME.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError("neither a day nor a month")
        year, month, day = found.groups()
        if day is None:
            return month_end(dt.date(int(year), int(month), 1))
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        raise ConfigError(
            f"'{text}' is not a day of the calendar; write one such as 2026-10-31, or a month "
            "such as 2026-10 for its last day."
        ) from None
