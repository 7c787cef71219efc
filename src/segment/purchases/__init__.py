"""How often customers will buy: models fitted by lifetimes, predicted exactly.

A customer buys at a rate that is gamma-distributed over customers (r, alpha) and leaves for good:
after a purchase, with a probability that is beta-distributed (a, b) in BG/NBD and MBG/NBD, or on
any day, at a rate that is gamma-distributed (s, beta) in Pareto/NBD. BG/NBD lets nobody leave
before the first repeat purchase, MBG/NBD also after the first purchase; plain NBD is what remains
when nobody can be seen to leave. BG/BB is for purchases at counted opportunities. Time is in weeks.
"""

from segment.purchases.counts import counts_alive, probability
from segment.purchases.drawing import draw
from segment.purchases.fitting import fit, fit_counted
from segment.purchases.model import Floats, ModelName, PurchaseModel, sampled
from segment.purchases.prediction import expected, expected_new, p_alive, while_alive
from segment.purchases.tails import at_least

__all__ = [
    "Floats",
    "ModelName",
    "PurchaseModel",
    "at_least",
    "counts_alive",
    "draw",
    "expected",
    "expected_new",
    "fit",
    "fit_counted",
    "p_alive",
    "probability",
    "sampled",
    "while_alive",
]
