"""What a customer is worth after costs: margin, cost to serve, value with its range.

`add_margin` tells what the customer's money earns, `activities` what serving took, and
`add_worth`, after the forecast, what the customer is worth and how likely that is below zero.
"""

from segment.value import words
from segment.value.activities import Activities, activities
from segment.value.adding import add_worth
from segment.value.margin import add_margin
from segment.value.rules import ValueRules

__all__ = ["Activities", "ValueRules", "activities", "add_margin", "add_worth", "words"]
