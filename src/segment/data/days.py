"""Days and moments as exports write them into moments of the company's own clock.

Where the order of day and month is a matter of taste (03/04/2026), the column must show it by a
day above 12; a column that does not is not guessed at.
"""

import datetime as dt

import polars as pl

from segment.data.place import Place
from segment.data.rules import AUTO, SourceRules
from segment.data.words import as_text
from segment.errors import ConfigError, DataError

MOMENT = pl.Datetime("us")
TIME = (
    r"(?:(?:T|\s)\s*(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?<half>[AaPp]\.?[Mm]\.?)?)?\s*(?<offset>[zZ]|UTC|[+-]\d{2}:?(?:\d{2})?)?$"
)
YEAR_FIRST = r"^(?<year>[1-9]\d{3})[-/.年]\s*(?<month>\d{1,2})[-/.月]\s*(?<day>\d{1,2})日?" + TIME
COMPACT = r"^(?<year>[1-9]\d{3})(?<month>\d{2})(?<day>\d{2})" + TIME
YEAR_LAST = r"^(?<one>\d{1,2})(?<mark>[-/.])(?<two>\d{1,2})[-/.](?<year>[1-9]\d{3})" + TIME
BY_NAME = ("%d-%B-%Y", "%d %B %Y", "%B %d, %Y")  # English, in full or by three letters
SERIAL = r"^\d{5}(?:\.\d+)?$"  # Excel's day number: 1927 to 2173
EXCEL_EPOCH = pl.datetime(1899, 12, 30)  # day 0, as Excel holds 1900 for a leap year
DAY_FIRST_MARK = "."  # 03.04.2026 is the third of April wherever days are written with points
OF_A_WORKBOOK = "%Y-%m-%d %H:%M:%S"  # a day that Excel knows as one, whatever the text beside it
LAST_MONTH = 12
FIRST_YEAR = 1000
SECONDS_A_DAY = 86_400
MINUTES_AN_HOUR = 60


def read(cells: pl.Series, rules: SourceRules, time_zone: str, place: Place) -> pl.Series:
    """Return cells as moments in the company's zone, null where they are none.

    A moment without zone is taken to be in the rules' zone, or the company's where they name
    none; midnight without zone is a day, and stays that day.

    Raises:
        DataError: Day and month cannot be told apart, or are in both orders.
    """
    if cells.dtype != pl.Date and not isinstance(cells.dtype, pl.Datetime):
        text = as_text(cells).str.normalize("NFKC").str.strip_chars()
        if rules.date_format == AUTO:
            return _usable(_by_pattern(text, rules, time_zone, place))
        cells = _by_format(text, rules.date_format)
    if isinstance(cells.dtype, pl.Datetime) and cells.dtype.time_zone is not None:
        moments = cells.dt.convert_time_zone(time_zone).dt.replace_time_zone(None)
        return _usable(moments.cast(MOMENT))
    return _usable(_moved(cells.cast(MOMENT), rules.time_zone or time_zone, time_zone))


def _by_pattern(text: pl.Series, rules: SourceRules, time_zone: str, place: Place) -> pl.Series:
    parts = _parts(text.drop_nulls().unique())
    written = text.to_frame("cell").join(parts, on="cell", how="left", maintain_order="left")
    naive = _naive(parts, day_first=_is_day_first(text, written, place))
    utc = (naive - _offset(parts["offset"])).dt.replace_time_zone("UTC")
    known = parts.select(
        "cell",
        at=pl.coalesce(
            utc.dt.convert_time_zone(time_zone).dt.replace_time_zone(None),
            _moved(naive, rules.time_zone or time_zone, time_zone),
        ),
    )
    return text.to_frame("cell").join(known, on="cell", how="left", maintain_order="left")["at"]


def _by_format(text: pl.Series, date_format: str) -> pl.Series:
    chrono = date_format.replace(".%f", "%.f").replace("%f", "%6f")  # %f is Python's way of writing
    try:
        found = text.str.to_datetime(chrono, strict=False)
    except pl.exceptions.PolarsError:
        raise ConfigError(
            f"date_format = {date_format!r} is not a format of days; write for example "
            '"%d/%m/%Y", or "auto".'
        ) from None
    if isinstance(found.dtype, pl.Datetime) and found.dtype.time_zone is not None:
        return found
    by_workbook = text.str.to_datetime(OF_A_WORKBOOK, strict=False)
    return found.to_frame().select(pl.first().fill_null(by_workbook)).to_series()


def _parts(distinct: pl.Series) -> pl.DataFrame:
    """Take each distinct cell apart by the pattern that fits it."""
    found = [
        distinct.str.extract_groups(pattern).struct.unnest()
        for pattern in (YEAR_FIRST, COMPACT, YEAR_LAST)
    ]
    first, compact, last = found
    shared = {
        name: pl.coalesce(frame[name] for frame in found)
        for name in ("year", "hour", "minute", "second", "half", "offset")
    }
    return distinct.to_frame("cell").with_columns(
        **shared,
        month=pl.coalesce(first["month"], compact["month"]),
        day=pl.coalesce(first["day"], compact["day"]),
        one=last["one"],
        two=last["two"],
        has_point=last["mark"] == DAY_FIRST_MARK,
        serial=pl.when(pl.col("cell").str.contains(SERIAL)).then(pl.col("cell")),
    )


def _is_day_first(cells: pl.Series, written: pl.DataFrame, place: Place) -> bool:
    """Return whether 03/04/2026 is in April, by the days above 12 of its column."""
    one, two = (written[name].cast(pl.Int64) for name in ("one", "two"))
    is_open = (~written["has_point"] & (one != two)).fill_null(False)
    shows_day_first = is_open & (one > LAST_MONTH) & (two <= LAST_MONTH)
    shows_month_first = is_open & (two > LAST_MONTH) & (one <= LAST_MONTH)
    if shows_day_first.any() != shows_month_first.any() or not is_open.any():
        return bool(shows_day_first.any())
    what = (
        f"has days in both orders, {place.example(cells, shows_day_first)} and "
        f"{place.example(cells, shows_month_first)}"
        if shows_day_first.any()
        else f"does not show whether day or month comes first, such as "
        f"{place.example(cells, is_open)}"
    )
    raise DataError(
        f"{place.table}: {place.column} {what}. Add to [data.{place.table}] of segment.toml "
        'date_format = "%d/%m/%Y" if the day comes first, "%m/%d/%Y" if the month does.'
    )


def _naive(parts: pl.DataFrame, *, day_first: bool) -> pl.Series:
    """Put the parts together; null where the calendar has no such day or the clock no such time."""
    by_day = pl.col("has_point") | day_first
    month = pl.coalesce("month", pl.when(by_day).then("two").otherwise("one"))
    day = pl.coalesce("day", pl.when(by_day).then("one").otherwise("two"))
    twelve = pl.col("hour").cast(pl.Int64) % 12
    is_afternoon = pl.col("half").str.to_lowercase().str.starts_with("p")
    hour = pl.when(pl.col("half").is_null()).then("hour").otherwise(
        (twelve + 12 * is_afternoon.cast(pl.Int64)).cast(pl.String)
    )  # fmt: skip
    clock = [part.fill_null("0") for part in (hour, pl.col("minute"), pl.col("second"))]
    written = pl.format("{}-{}-{} {}:{}:{}", "year", month, day, *clock)
    seconds = (pl.col("serial").cast(pl.Float64) * SECONDS_A_DAY).round().cast(pl.Int64)
    return parts.select(
        pl.coalesce(
            written.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False).cast(MOMENT),
            *(pl.col("cell").str.to_date(form, strict=False).cast(MOMENT) for form in BY_NAME),
            EXCEL_EPOCH.cast(MOMENT) + pl.duration(seconds=seconds),
        )
    ).to_series()


def _offset(written: pl.Series) -> pl.Series:
    """Return the time by which a zone mark is ahead of UTC; null where there is none."""
    parts = written.str.extract_groups(r"^(?<sign>[+-])(?<hours>\d{2}):?(?<minutes>\d{2})?$")
    sign = pl.when(pl.col("sign") == "-").then(-1).otherwise(1)
    hours, minutes = (pl.col(name).cast(pl.Int64).fill_null(0) for name in ("hours", "minutes"))
    ahead = pl.duration(minutes=sign * (MINUTES_AN_HOUR * hours + minutes))
    known = parts.struct.unnest().select(ahead.alias("ahead")).to_series()
    return known.to_frame().select(pl.when(written.is_not_null()).then("ahead")).to_series()


def _moved(naive: pl.Series, source: str, target: str) -> pl.Series:
    """Return moments of the source's clock on the target's; midnight is a day and stays."""
    if source == target:
        return naive
    at = pl.col("at")
    in_source = [
        moment.dt.replace_time_zone(source, ambiguous="earliest", non_existent="null")
        for moment in (at, at + pl.duration(hours=1))  # the hour that clocks skip in spring
    ]
    moved = pl.coalesce(in_source).dt.convert_time_zone(target).dt.replace_time_zone(None)
    is_day = at.dt.time() == dt.time(0)
    return naive.to_frame("at").select(pl.when(is_day).then(at).otherwise(moved)).to_series()


def _usable(moments: pl.Series) -> pl.Series:
    """Null the years of other than four digits, such as 26 and a database's year 1 for none."""
    is_usable = moments.dt.year().is_between(FIRST_YEAR, dt.MAXYEAR)
    return moments.to_frame().select(pl.when(is_usable).then(pl.first())).to_series()
