"""Where a grade by the team's hours was earned and where it changes: places in the order.

A lower place is better; the lines are the places that the hours of one, two and four weeks reach.
"""

import polars as pl

from segment.passports.crossing import Ways, number
from segment.prospects.grades import WEEKS
from segment.prospects.rules import GRADES
from segment.schema import require


def cross(graded: pl.DataFrame) -> Ways:
    """Return what a grade stands on and what would change it, as `crossing.cross` does.

    Raises:
        DataError: `graded` lacks a column that `prospects.add_grade` adds.
    """
    require(graded, ["grade", "place", "places_a_week"], by="the passports of grade")
    grade, place, a_week = pl.col("grade").cast(pl.String), number("place"), number("places_a_week")
    own = {code: weeks * a_week for code, weeks in zip(GRADES, WEEKS, strict=False)}
    above = dict(zip(GRADES[1:], GRADES, strict=False))
    below = {better: worse for worse, better in above.items()}
    line = {code: code if code in own else above[code] for code in GRADES}
    better_at = _by_grade(grade, {code: own[better] for code, better in above.items()})
    worse_at = _by_grade(grade, {code: own[code] for code in below})
    on = {
        "line_code": grade.replace_strict(line, default=None, return_dtype=pl.String),
        "line_way": pl.lit("place"),
        "line_column": pl.lit("place"),
        "line_value": place,
        "line_at": _by_grade(grade, {code: own[line[code]] for code in GRADES}),
    }
    changes: dict[str, pl.Expr] = {}
    for side, codes, way, at in (
        ("better", above, "rise", better_at),
        ("worse", below, "sink", worse_at),
    ):
        is_there = at.is_not_null()
        changes |= {
            side: grade.replace_strict(codes, default=None, return_dtype=pl.String),
            f"{side}_way": pl.when(is_there).then(pl.lit(way)),
            f"{side}_column": pl.when(is_there).then(pl.lit("place")),
            f"{side}_value": pl.when(is_there).then(place),
            f"{side}_at": at,
            f"{side}_by": place - at if side == "better" else at + 1 - place,
        }
    return on, changes


def _by_grade(grade: pl.Expr, by_code: dict[str, pl.Expr]) -> pl.Expr:
    return pl.coalesce(pl.when(grade == code).then(value) for code, value in by_code.items())
