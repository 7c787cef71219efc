"""The members' points ledger, in which nobody ever redeems more than is there.

One point for each EUR bought, 100 for a referral, some for activities. Points expire a year after
they were earned, oldest first, so what can be redeemed is what is neither spent nor expired.
"""

import numpy as np
import polars as pl

from segment.sample import season
from segment.sample.purchases import is_active
from segment.sample.rules import YEAR_DAYS, SampleRules, chance
from segment.sample.words import Floats, Ints

REFERRAL_POINTS, REFERRALS_A_YEAR = 100, 0.25
ACTIVITY_POINTS, ACTIVITIES_A_YEAR = (20, 50), 1.2
GOODWILL_POINTS, GOODWILL_A_YEAR = (30, 80), 0.08
SURELY_VALID_DAYS = 360  # a little less than the year of the rule: never a dispute about one day
MOST_REDEMPTIONS = 6
REDEEMED = (0.3, 1.0)  # of the balance
LEAST_REDEEMED = 100


def make(billed: pl.DataFrame, people: pl.DataFrame, rules: SampleRules) -> pl.DataFrame:
    """Return one row a posting: customer, day, kind, points."""
    rng = chance(rules, "points")
    is_member = people["is_member"].to_numpy()
    bought = billed.filter(
        (pl.col("day") < rules.n_days) & pl.Series(is_member[billed["customer"]])
    ).select(
        "customer", "day", kind=pl.lit("earned"), points=pl.col("amount").floor().cast(pl.Int64)
    )
    extras = [
        _extra("referral", REFERRALS_A_YEAR, (REFERRAL_POINTS, REFERRAL_POINTS), people, rules),
        _extra("activity", ACTIVITIES_A_YEAR, ACTIVITY_POINTS, people, rules),
        _extra("adjusted", GOODWILL_A_YEAR, GOODWILL_POINTS, people, rules),
    ]
    earned = pl.concat([bought.filter(pl.col("points") > 0), *extras]).sort(
        "customer", "day", "kind"
    )
    redeemed = _redemptions(earned, people.height, rules, rng)
    return pl.concat([earned, redeemed]).sort("day", "customer", "kind", "points")


def _extra(
    kind: str, a_year: float, points: tuple[int, int], people: pl.DataFrame, rules: SampleRules
) -> pl.DataFrame:
    rng = chance(rules, f"points {kind}")
    there = is_active(people, 0, rules.n_days)
    there &= (people["is_member"] & (people["kind"] == "buyer")).to_numpy()[:, None]
    daily = a_year / YEAR_DAYS * season.buying(rules)[None, : rules.n_days]
    customer, day = np.nonzero(rng.random(there.shape) < daily * there)
    return pl.DataFrame(
        {
            "customer": customer,
            "day": day,
            "kind": kind,
            "points": rng.integers(points[0], points[1] + 1, len(day)),
        }
    )


def _redemptions(
    earned: pl.DataFrame, n_customers: int, rules: SampleRules, rng: np.random.Generator
) -> pl.DataFrame:
    """Redeem part of the balance on some days, one round after the other for all members."""
    chosen = rng.random((MOST_REDEMPTIONS, n_customers)) * rules.n_days
    rounds = season.next_open(rules, np.sort(chosen, axis=0).astype(int))
    # One sorted key for customer and day, so that a look-up finds the running total.
    width = 2 * rules.n_days
    key = earned["customer"].to_numpy() * width + earned["day"].to_numpy()
    total = np.concatenate([[0], np.cumsum(earned["points"].to_numpy())])
    who = np.arange(n_customers)
    before_customer = total[np.searchsorted(key, who * width)]

    def earned_before(day: Ints) -> Ints:
        until = total[np.searchsorted(key, who * width + np.maximum(day, 0))]
        return np.asarray(until - before_customer)

    gone: Ints = np.zeros(n_customers, dtype=np.int64)
    found = []
    for day in rounds:
        gone = np.maximum(gone, earned_before(day - SURELY_VALID_DAYS))
        share: Floats = rng.uniform(*REDEEMED, n_customers)
        points = np.floor((earned_before(day) - gone) * share / 10).astype(np.int64) * 10
        is_done = (points >= LEAST_REDEEMED) & (day < rules.n_days)
        gone = gone + points * is_done
        found.append(
            pl.DataFrame(
                {"customer": who, "day": day, "kind": "redeemed", "points": -points}
            ).filter(pl.Series(is_done))
        )
    return pl.concat(found)
