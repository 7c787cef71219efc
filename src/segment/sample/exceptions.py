"""The exceptions that analysts wrote down: customers below zero who are kept, and why.

Most hold, one ends soon, some have ended, one is of a customer who pays after all, and one of a
customer whom nobody knows: what such a table looks like after a few years.
"""

import numpy as np
import polars as pl

from segment.sample.rules import YEAR_DAYS, SampleRules, chance
from segment.sample.words import pick, words

N_BELOW_ZERO = 10  # of the exceptions, as far as there are so many below zero
UNKNOWN = "C98765"  # a typing error: no account has the number
MOST_OF = 6  # kept is one in so many of those who cost most
ENDED, SOON_DAYS = 3, 20  # so many have ended; one ends within so many days
DECIDED_DAYS = (90, 330)  # before the end of the data
LASTS_DAYS = (YEAR_DAYS, 2 * YEAR_DAYS)
ENDED_DAYS = (10, 80)  # before the end of the data


def make(
    people: pl.DataFrame, truth: pl.DataFrame, staff: pl.DataFrame, rules: SampleRules
) -> pl.DataFrame:
    """Return one row a decision: customer_id, day, reason, owner, expires (a day number)."""
    rng = chance(rules, "exceptions")
    # known to be below zero, and not by a little: who else would write that down?
    lost = (truth["last_year_margin"] - truth["last_year_cost"]).to_numpy()
    buys = truth["last_year_revenue"] > 0
    below = np.flatnonzero((truth["is_below_zero"] & buys).to_numpy())
    below = below[np.argsort(lost[below], kind="stable")][: N_BELOW_ZERO * MOST_OF]
    paying = np.flatnonzero((truth["expected_contribution"] > 0).to_numpy())
    chosen = rng.choice(below, min(N_BELOW_ZERO, len(below)), replace=False)
    ids = people["customer_id"].gather([*chosen.tolist(), int(rng.choice(paying))]).to_list()
    ids.append(UNKNOWN)
    n, last = len(ids), rules.n_days - 1
    day = last - rng.integers(*DECIDED_DAYS, n)
    expires = day + rng.integers(*LASTS_DAYS, n)
    expires[:ENDED] = last - rng.integers(*ENDED_DAYS, len(expires[:ENDED]))
    expires[ENDED : ENDED + 1] = last + SOON_DAYS  # none where nearly nobody is below zero
    managers = staff.filter(pl.col("role").is_in(["management", "key accounts"]))["name"].to_list()
    return pl.DataFrame(
        {
            "customer_id": ids,
            "day": day,
            "reason": pick(words()["exceptions"]["reasons"], rng, n),
            "owner": pick(managers, rng, n),
            "expires": expires,
        }
    ).sort("day", "customer_id")
