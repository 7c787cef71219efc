"""The main figure's line over the months, as inline SVG whose text alternative is its message.

The line breaks where a month was not published: what is not known is not drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from segment import sparkline
from segment.report import headline
from segment.report.around import month_words
from segment.report.card import RunCard
from segment.report.headline import Figure
from segment.report.months import is_whole, parse
from segment.text import money, phrase, word

MOST_MONTHS = 13  # a month beside its own of a year ago


@dataclass(frozen=True, kw_only=True)
class Point:
    """The main figure of a published month; `place` counts months, neighbours are one apart."""

    month: str
    figure: Figure
    place: int


def points(cards: Sequence[RunCard]) -> list[Point]:
    """Return the main figure of the last 13 whole months, oldest first.

    All are of the column and the currency of the newest; reports about other days have no place.
    """
    found = [
        Point(month=item.month, figure=figure, place=day.year * 12 + day.month)
        for item in cards
        if is_whole(item.month) and (figure := headline.main_figure(item))
        for day in [parse(item.month)]
    ]
    found.sort(key=lambda point: point.place)
    return [
        point
        for point in found
        if found[-1].place - point.place < MOST_MONTHS
        and (point.figure.label, point.figure.currency)
        == (found[-1].figure.label, found[-1].figure.currency)
    ]


def before(month: str, found: Sequence[Point]) -> Point | None:
    """Return the point of the calendar month before `month`, where that was published."""
    own = next((point for point in found if point.month == month), None)
    return next((point for point in found if own and point.place == own.place - 1), None)


def message(found: Sequence[Point], language: str) -> str:
    """Say what the line tells: from where to where, and its highest and lowest month."""
    label = word("column", found[0].figure.label, language)
    ends = _ends(found)
    amounts = {name: _written(point, language) for name, point in ends.items()}
    named = {f"{name}_month": month_words(point.month, language) for name, point in ends.items()}
    return phrase("report.index.trend", language, label=label, **amounts, **named)


def caption(found: Sequence[Point], language: str) -> str:
    """Say which months the line covers and between which amounts it runs: its two axes."""
    if not _is_line(found):
        return ""
    ends = _ends(found)
    return phrase(
        "report.index.range", language,
        first=month_words(ends["first"].month, language),
        last=month_words(ends["last"].month, language),
        lowest=_written(ends["lowest"], language), highest=_written(ends["highest"], language),
    )  # fmt: skip


def _is_line(found: Sequence[Point]) -> bool:
    return len(found) > 1


def _ends(found: Sequence[Point]) -> dict[str, Point]:
    """Return the first, last, highest and lowest point; of equals the earliest."""
    return {
        "first": found[0],
        "last": found[-1],
        "highest": max(found, key=lambda point: (point.figure.value, -point.place)),
        "lowest": min(found, key=lambda point: (point.figure.value, point.place)),
    }


def svg(found: Sequence[Point], language: str) -> str:
    """Return the line as SVG; nothing where there are fewer than two months."""
    if not _is_line(found):
        return ""
    held = {point.place: point.figure.value for point in found}
    values = [held.get(place) for place in range(found[0].place, found[-1].place + 1)]
    return sparkline.drawn(values, message(found, language))


def _written(point: Point, language: str) -> str:
    return money(point.figure.value, point.figure.currency, language)
