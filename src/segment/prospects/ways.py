"""From chances to grades, in the way that the rules say; and who is kept for learning.

By the chance and by the expected value a grade is a floor reached. By capacity it is a place in the
order: A are the leads for which the team has hours this week, B those of the next week, C those of
the two weeks after. A random share of C and D is marked to be worked all the same, since a model
that is only ever shown the best leads cannot find out that it was wrong about the others.
"""

import datetime as dt
import hashlib

import numpy as np
import polars as pl

from segment.prospects.grades import WEEKS, GradeRules
from segment.prospects.measures import graded as by_floors
from segment.prospects.model import Model
from segment.prospects.rules import GRADES
from segment.schema import require

LOW = GRADES[2:]
MINUTES_AN_HOUR = 60
DRAW_BYTES = 8
ADDED = ("grade", "place", "places_a_week", "horizon_days", "is_for_learning")


def add_grade(leads: pl.DataFrame, model: Model, staff: pl.DataFrame | None = None) -> pl.DataFrame:
    """Add the grade, place, places_a_week, horizon_days and is_for_learning.

    `leads` come from `predict` and, where money decides, `add_value`. By capacity only open leads
    have a grade and a place in the order (1 first; equals by their id), and `places_a_week` is for
    how many of them the team has hours. Null in, null grade out; where the model abstained, where
    no value is known or no hours, nobody is graded. `is_for_learning` marks open leads.

    Raises:
        DataError: A column that the rules go by is not there.
    """
    rules = model.rules.grades
    require(leads, ["prospect_id", "outcome", rules.goes_by], by="prospects.add_grade")
    plain = leads.drop(ADDED, strict=False)
    goes_by = pl.col(rules.goes_by) if model.card is not None else pl.lit(None, dtype=pl.Float64)
    if rules.grade_by == "capacity":
        made = _placed(plain.with_columns(goes_by.alias(rules.goes_by)), rules, staff)
        made = plain.hstack(made)
    else:
        floors = rules.floors if rules.grade_by == "probability" else rules.value_floors
        nothing = pl.lit(None, dtype=pl.Int64)
        made = plain.with_columns(
            grade=by_floors(goes_by, floors), place=nothing, places_a_week=nothing
        )
    is_low = (pl.col("outcome").cast(pl.String) == "open") & pl.col("grade").is_in(LOW)
    return made.with_columns(
        horizon_days=pl.lit(model.quality.horizon_days, dtype=pl.Int64),
        is_for_learning=(is_low & pl.Series(_drawn(made, model) < rules.learning_share)).fill_null(
            value=False
        ),
    )


def places_a_week(staff: pl.DataFrame | None, rules: GradeRules) -> int | None:
    """Return for how many leads a week the team has hours; None without a staff list of hours."""
    if staff is None or "hours_per_week" not in staff.columns:
        return None
    is_asked = pl.col("role").is_in(rules.roles) if rules.roles else pl.lit(True)
    hours = staff.filter(is_asked)["hours_per_week"].drop_nulls()
    if hours.is_empty():
        return None
    minutes = float(hours.sum()) * MINUTES_AN_HOUR * rules.prospect_time_share
    return int(minutes / rules.minutes_per_lead)


def _placed(leads: pl.DataFrame, rules: GradeRules, staff: pl.DataFrame | None) -> pl.DataFrame:
    """Return grade, place and places_a_week of each lead, in the order of the leads."""
    fits = places_a_week(staff, rules)
    is_open = pl.col("outcome").cast(pl.String) == "open"
    ordered = (
        leads.filter(is_open, pl.col(rules.goes_by).is_not_null())
        .sort(rules.goes_by, "prospect_id", descending=[True, False])
        .select("prospect_id", place=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))
    )
    placed = leads.select("prospect_id").join(
        ordered, on="prospect_id", how="left", maintain_order="left"
    )
    known = placed.select("place", places_a_week=pl.lit(fits, dtype=pl.Int64))
    # the last place that is reached in time, negative because a lower place is better
    floors = tuple(-float(weeks * (fits or 0)) for weeks in WEEKS)
    reached = pl.when(pl.col("places_a_week").is_not_null()).then(-pl.col("place"))
    return known.select(grade=by_floors(reached, floors), place="place",
                        places_a_week="places_a_week")  # fmt: skip


def _drawn(leads: pl.DataFrame, model: Model) -> np.ndarray:
    """Return a number from 0 to 1 for each lead: the same for it all month, whoever else is there.

    It is made of the id, the month and the seed (BLAKE2b), so that a month made again marks the
    same leads in whatever order they come.
    """
    salt = _salt(model.as_of, model.rules.seed)
    ids = leads["prospect_id"].cast(pl.String).to_list()
    digests = b"".join(
        hashlib.blake2b(who.encode(), key=salt, digest_size=DRAW_BYTES).digest() for who in ids
    )
    return np.frombuffer(digests, dtype=">u8") / 2.0**64


def _salt(as_of: dt.date, seed: int) -> bytes:
    return f"{seed}:{as_of:%Y-%m}".encode()
