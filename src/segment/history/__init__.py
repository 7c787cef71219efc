"""Since last month: who moved and why, which revenue came from where, whose past was corrected.

Every frame adds up to last month on one side and to this month on the other, to the penny.
"""

from segment.history.correcting import corrected, uncorrected
from segment.history.moving import DIRECTIONS, changes, movement
from segment.history.rates import average_order_value, repeat_rate
from segment.history.reasons import CAUSES, by_cause, causes
from segment.history.revenue import BRIDGE_STEPS, bridge, growth_rate
from segment.history.sides import CAME, LEFT

__all__ = [
    "BRIDGE_STEPS",
    "CAME",
    "CAUSES",
    "DIRECTIONS",
    "LEFT",
    "average_order_value",
    "bridge",
    "by_cause",
    "causes",
    "changes",
    "corrected",
    "growth_rate",
    "movement",
    "repeat_rate",
    "uncorrected",
]
