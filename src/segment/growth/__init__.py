"""What a customer could be worth, the odds of growing, and how well that was told before.

`fit` learns from earlier years who grows and by how much, `add_potential` adds the potential among
customers alike and each meaning of growth under its own name, `yardstick` measures how much of all
later growth the flagged fifth would have captured, beside the naive rule of past revenue.
"""

from segment.growth import words
from segment.growth.adding import add_potential
from segment.growth.alike import coverage
from segment.growth.judging import Yardstick, yardstick
from segment.growth.learning import GrowthModel, fit
from segment.growth.rules import GrowthRules

__all__ = [
    "GrowthModel",
    "GrowthRules",
    "Yardstick",
    "add_potential",
    "coverage",
    "fit",
    "words",
    "yardstick",
]
