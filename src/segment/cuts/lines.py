"""Where a line falls: at a floor, after a share of the heads, or after a share of the money.

One passes a line when what stands strictly above one has not filled it yet. So everyone who ties
with the last to pass also passes, and the set that passes is the smallest that fills the line: the
line lies at the lowest value in it. Shares are taken as they are written (7% of 100 is 7, though
100 * 0.07 is 7.000000000000001).
"""

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

import polars as pl

from segment.cuts.exact import exact, number
from segment.cuts.passing import band, place
from segment.schema import require

SCHEMA = {"label": pl.String, "code": pl.String, "column": pl.String, "at": pl.Float64}


def head_lines(values: pl.Series, shares: Sequence[float]) -> list[int | None]:
    """Return the lowest value of the top `shares[0]` of the known values, of the next, and so on.

    A value of zero or less passes no line. None is a line that nobody passes.
    """
    falling = values.drop_nulls().sort(descending=True)
    counts = [math.ceil(share * len(falling)) for share in _running(shares)]
    return [_last(top.filter(top > 0)) for top in (falling.head(count) for count in counts)]


def money_lines(values: pl.Series, shares: Sequence[float]) -> list[int | None]:
    """Return the lowest value of the smallest set that holds `shares[0]` of all positive value.

    The next lines are those of the shares added up. None is a line that nobody passes.
    """
    gains = values.filter(values > 0).sort(descending=True)
    so_far, total = gains.cum_sum(), int(gains.sum())
    fills = [math.ceil(share * total) for share in _running(shares)]
    return [
        _last(gains.head(int((so_far < fill).sum()) + 1)) if fill > 0 else None for fill in fills
    ]


def by_floors(values: pl.Series, floors: Sequence[float]) -> pl.Series:
    """Place values at 0 from the first floor up, at 1 from the second, and last below them all.

    A value exactly on a floor has reached it.
    """
    return _placed(values, exact(floors))


def by_heads(values: pl.Series, shares: Sequence[float]) -> pl.Series:
    """Place the top `shares[0]` of the known values at 0, the next share at 1, the rest last.

    A value of zero or less passes no line, so it takes the last place.
    """
    return _placed(values, head_lines(values, shares))


def by_money(values: pl.Series, shares: Sequence[float]) -> pl.Series:
    """Place the smallest set that holds `shares[0]` of all positive value at 0, and so on.

    The rest comes last. A value of zero or less passes no line, so it takes the last place.
    """
    return _placed(values, money_lines(values, shares))


def whole_share(share: float, of: int) -> int:
    """Return the smallest whole number that is at least `share` of `of`, exactly."""
    return math.ceil(Fraction(str(share)) * of)


def line_frame(
    label: str, codes: Sequence[str], columns: Sequence[str], lines: Sequence[int | None]
) -> pl.DataFrame:
    """Return lines as a frame: label, code (what is earned), column (whose value), at.

    A value exactly `at` passes; null is a line that nobody passes.
    """
    at = [None if line is None else number(line) for line in lines]
    return pl.DataFrame(
        {"label": [label] * len(codes), "code": codes, "column": columns, "at": at}, schema=SCHEMA
    )


def read_lines(
    lines: pl.DataFrame, label: str, codes: Sequence[str], columns: Sequence[str]
) -> list[int | None] | None:
    """Return the lines of a label from a frame of lines; None where they are of another rule.

    Another rule gives other codes or compares another column: no line of it says anything here.

    Raises:
        DataError: `lines` lacks one of its four columns.
    """
    require(lines, list(SCHEMA), by="lines")
    own = lines.filter(pl.col("label") == label)
    at = dict(zip(zip(own["code"], own["column"], strict=True), own["at"], strict=True))
    wanted = list(zip(codes, columns, strict=True))
    return exact([at[one] for one in wanted]) if at.keys() == set(wanted) else None


def _placed(values: pl.Series, lines: Sequence[int | None]) -> pl.Series:
    return place(values, [band(line) for line in lines])


def _last(values: pl.Series) -> int | None:
    return int(values[-1]) if len(values) else None


def _running(shares: Sequence[float]) -> Iterator[Fraction]:
    total = Fraction(0)
    for share in shares:
        total += Fraction(str(share))
        yield total
