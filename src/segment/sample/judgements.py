"""What salespeople think of prospects soon after meeting them: often right, and too hopeful."""

import numpy as np
import polars as pl

from segment.sample.rules import SampleRules, chance
from segment.schema import JUDGED_GRADES

JUDGED_SHARE = 0.4  # of the prospects
MOST_DAYS = 6  # after the creation
# A person sees part of what decides, in log-odds, and hopes for more than comes.
HOPE, SEEN_SPREAD = 0.5, 1.3
FLOORS = (0.5, 0.3, 0.15)


def make(
    leads: pl.DataFrame, truth: pl.DataFrame, staff: pl.DataFrame, rules: SampleRules
) -> pl.DataFrame:
    """Return one row a judgement: prospect_id, day, judged_grade, judged_by; all made in time."""
    rng, n = chance(rules, "judgements"), leads.height
    day = leads["created"].to_numpy() + rng.integers(0, MOST_DAYS, n)
    true = truth["p_won"].to_numpy()
    seen = np.log(true / (1 - true)) + HOPE + rng.normal(0, SEEN_SPREAD, n)
    grade = (1 / (1 + np.exp(-seen)) < np.array(FLOORS)[:, None]).sum(axis=0)
    is_judged = (rng.random(n) < JUDGED_SHARE) & (day < truth["eventual_closed"].to_numpy())
    names = staff.select("staff_id", judged_by="name")
    return (
        leads.select("prospect_id", "staff_id")
        .with_columns(day=pl.Series(day), judged_grade=pl.Series(np.array(JUDGED_GRADES)[grade]))
        .filter(pl.Series(is_judged))
        .join(names, on="staff_id", how="left", maintain_order="left")
        .select("prospect_id", "day", "judged_grade", "judged_by")
        .sort("day", "prospect_id")
    )
