"""How customers buy: measured on a year of transactions, and what sets a group of them apart.

`add` measures one row a customer, `points` lays customers beside each other, `apart` finds in
which of them a group lies farthest from everybody, and `words` says so.
"""

from segment.behaviour import words
from segment.behaviour.apart import apart
from segment.behaviour.features import ALWAYS, BLOCKS, FAMILY, Feature, features
from segment.behaviour.measuring import add
from segment.behaviour.placing import SCALE, compared, points, scale
from segment.behaviour.rules import BehaviourRules

__all__ = [
    "ALWAYS",
    "BLOCKS",
    "FAMILY",
    "SCALE",
    "BehaviourRules",
    "Feature",
    "add",
    "apart",
    "compared",
    "features",
    "points",
    "scale",
    "words",
]
