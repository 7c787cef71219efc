"""Points: what members earned, used and lost to expiry, provable to the point for any past day.

`earn` makes postings by the earning rules, where a company does not bring its own ledger;
`balances` tells every member's account on a day, `statement` one member's lot by lot.
"""

from segment.points.accounts import TOTALS, balances, statement
from segment.points.earning import earn
from segment.points.period import IN_PERIOD, bought, gained, is_whole
from segment.points.rules import PointRules
from segment.points.sweep import THOUSANDTHS, no_postings, postings, sweep

__all__ = [
    "IN_PERIOD", "THOUSANDTHS", "TOTALS", "PointRules", "balances", "bought", "earn", "gained",
    "is_whole", "no_postings", "postings", "statement", "sweep",
]  # fmt: skip
