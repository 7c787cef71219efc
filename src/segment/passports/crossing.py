"""Where a label was earned and where it changes: the lines on both sides of each customer.

Labels stand best first. Those above the rest (the one label without a line) are earned by
reaching their line; one below it, such as BZC, is got into the same way and left below its line,
or, where it is told by the same value as the others, the other way round. Leaving a label leads to
the next one whose own line is passed. A label changes only where a value passes the line by the
margin of the rules: a share of the line, or so many points of a probability.
"""

import math
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import polars as pl

from segment.cuts import MILLION, amounts, require_numbers
from segment.errors import DataError, listed
from segment.passports.kind import Kind
from segment.tables import is_share

Way = dict[str, pl.Expr]
Ways = tuple[dict[str, pl.Expr], dict[str, pl.Expr]]
PARTS = {
    "": pl.String, "_way": pl.String, "_column": pl.String, "_value": pl.Float64,
    "_at": pl.Float64, "_by": pl.Float64,
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line: whoever has `at` or more in `column` passes it; at None nobody does.

    Of a code that `is_below` it is the value that one must fall below.
    """

    code: str
    column: str
    at: float | None
    is_below: bool = False


def lines_of(kind: Kind, groups: pl.DataFrame, lines: pl.DataFrame) -> tuple[Line, ...]:
    """Return the lines of a label, best first.

    Raises:
        DataError: There is none, one is of a code that the label does not have, or of a column
            that `groups` lacks or that holds no numbers.
    """
    codes = codes_of(kind, groups)
    rows = lines.filter(pl.col("label") == kind.label).select("code", "column", "at").rows()
    found = {code: Line(code, column, at) for code, column, at in rows}
    if not found or not found.keys() <= set(codes):
        raise DataError(
            f"The passports of {kind.label} need its lines, by its codes ({listed(codes, 12)}); "
            f"the lines given have {listed(list(found), 12) or 'none'}. Take those that its "
            "scheme's lines returns."
        )
    require_numbers(groups, {line.column for line in found.values()}, by="the passports")
    return ordered(codes, found)


def ordered(codes: Sequence[str], found: Mapping[str, Line]) -> tuple[Line, ...]:
    """Return lines in the order of their codes, best first, knowing which of them are below."""
    lines = [found[code] for code in codes if code in found]
    rest = _rest(codes, found)
    return tuple(
        replace(line, is_below=codes.index(line.code) > rest and line.column == lines[0].column)
        for line in lines
    )


def codes_of(kind: Kind, groups: pl.DataFrame) -> list[str]:
    """Return the codes of a label, best first.

    Raises:
        DataError: The label is no Enum.
    """
    codes = groups.schema[kind.label]
    if not isinstance(codes, pl.Enum):
        raise DataError(
            f"A passport of {kind.label} needs labels as an Enum, best first; it holds {codes}. "
            "Take the frame as a scheme's assign returned it."
        )
    return list(codes.categories)


@dataclass(frozen=True)
class _Ladder:
    """A label's codes best first, the lines of those that have one, and the place of the rest."""

    kind: Kind
    codes: list[str]
    own: dict[str, Line]
    rest: int
    passes: dict[str, pl.Series]

    def lined(self, start: int, end: int | None) -> list[Line]:
        return [self.own[code] for code in self.codes[start:end] if code in self.own]


def cross(groups: pl.DataFrame, kind: Kind, lines: Sequence[Line]) -> Ways:
    """Return what each row stands on (line_code, line_column …) and what would change its label.

    The second part has, for `better` and `worse`, the code that follows and its _way (reach or
    leave the line), _column, _value, _at (margin included) and _by (how far away).
    """
    codes = codes_of(kind, groups)
    own = {line.code: line for line in lines}
    rest = _rest(codes, own)
    passes = {line.code: _passes(groups, line) for line in lines}
    ladder = _Ladder(kind, codes, own, rest, passes)
    label = pl.col(kind.label).cast(pl.String)
    stands = {code: _stands(ladder, place) for place, code in enumerate(codes)}
    on = {
        "line_code": {code: pl.lit(line.code) for code, line in stands.items()},
        "line_way": {
            code: pl.lit("below" if line.is_below else "from") for code, line in stands.items()
        },
        "line_column": {code: pl.lit(line.column) for code, line in stands.items()},
        "line_value": {code: number(line.column) for code, line in stands.items()},
        "line_at": {code: pl.lit(line.at, pl.Float64) for code, line in stands.items()},
    }
    changes = {}
    for side, way in (("better", _better), ("worse", _worse)):
        ways = {code: way(ladder, place) for place, code in enumerate(codes)}
        for part, dtype in PARTS.items():
            changes[side + part] = _by_code(
                label, {code: parts[part] for code, parts in ways.items() if parts}, dtype
            )
    return {name: _by_code(label, by_code) for name, by_code in on.items()}, changes


def _rest(codes: Sequence[str], lined: Container[str]) -> int:
    """Return the place of the label that needs no line: the lowest without one."""
    return codes.index(next((code for code in reversed(codes) if code not in lined), codes[-1]))


def _stands(ladder: _Ladder, place: int) -> Line:
    """Return the line a code is told by: its own; of the rest the one above, or the main one."""
    own = ladder.own.get(ladder.codes[place])
    main, above = ladder.lined(0, None)[0], ladder.lined(0, place)
    return own or (above[-1] if above and above[-1].column == main.column else main)


def _better(ladder: _Ladder, place: int) -> Way:
    if place > ladder.rest:
        return _left(ladder, place, ladder.lined(0, ladder.rest))
    above = ladder.lined(0, place)
    return _reached(above[-1], ladder.kind) if above else {}


def _worse(ladder: _Ladder, place: int) -> Way:
    if place < ladder.rest:
        return _left(ladder, place, ladder.lined(place + 1, ladder.rest))
    below = ladder.lined(place + 1, None)
    return _reached(below[0], ladder.kind) if below else {}


def nowhere() -> Ways:
    """Return what a label without lines stands on, and what would change it: nothing known."""
    words = dict.fromkeys(("line_code", "line_way", "line_column"), pl.String)
    on = words | dict.fromkeys(("line_value", "line_at"), pl.Float64)
    changes = {side + part: dtype for side in ("better", "worse") for part, dtype in PARTS.items()}
    stands, ways = (
        {name: pl.lit(None, dtype=dtype) for name, dtype in one.items()} for one in (on, changes)
    )
    return stands, ways


def number(column: str) -> pl.Expr:
    """Return a column as numbers in which what is no number is unknown."""
    return pl.col(column).cast(pl.Float64).fill_nan(None)


def _passes(groups: pl.DataFrame, line: Line) -> pl.Series:
    if line.at is None:
        return pl.repeat(False, groups.height, eager=True)
    return (amounts(groups, line.column) >= round(line.at * MILLION)).fill_null(False)


def _reached(line: Line, kind: Kind) -> Way:
    """Return the way over a line into its code."""
    if line.at is None:
        return {}
    return _over(line, line.at, pl.lit(line.code), kind, upwards=not line.is_below)


def _left(ladder: _Ladder, place: int, others: Sequence[Line]) -> Way:
    """Return the way out of a code, below its line, into the first other whose line is passed.

    Whoever falls below a line is taken to pass the next one of the same column.
    """
    line = ladder.own.get(ladder.codes[place])
    if line is None or line.at is None:
        return {}
    leads = [
        pl.lit(other.code)
        if other.column == line.column and not line.is_below
        else pl.when(ladder.passes[other.code]).then(pl.lit(other.code))
        for other in others
    ]
    leads_to = pl.coalesce(*leads, pl.lit(ladder.codes[ladder.rest]))
    return _over(line, line.at, leads_to, ladder.kind, upwards=line.is_below)


def _over(line: Line, start: float, leads_to: pl.Expr, kind: Kind, *, upwards: bool) -> Way:
    """Return the way past a line, beyond its margin."""
    value = number(line.column)
    at = _beyond(start, line.column, kind, upwards=upwards)
    return {
        "": leads_to,
        "_way": pl.lit("reach" if upwards else "leave"),
        "_column": pl.lit(line.column),
        "_value": value,
        "_at": pl.lit(at),
        "_by": at - value if upwards else value - at,
    }


def _beyond(start: float, column: str, kind: Kind, *, upwards: bool) -> float:
    """Return where a line counts as passed, in the whole millionths in which money is compared."""
    line = round(start * MILLION)
    width = (
        Fraction(str(kind.band)) * MILLION
        if is_share(column)
        else Fraction(str(kind.margin)) * abs(line)
    )
    at = math.ceil(line + width if upwards else line - width)
    # a line above zero is never passed by zero or less
    return max(at, 1 if line > 0 else at) / MILLION


def _by_code(
    label: pl.Expr, by_code: dict[str, pl.Expr], dtype: type[pl.DataType] = pl.Null
) -> pl.Expr:
    ways = [pl.when(label == code).then(value) for code, value in by_code.items()]
    return pl.coalesce(*ways, pl.lit(None, dtype=dtype))
