"""Who does the work: people needed by class, who looks after whom, what one more would change.

Effort follows value: a key customer has a person of its own, a major one half of one, ordinary ones
share. `needs` says how many people that takes and whether effort lies upside down, `assigned` deals
the customers out, `weighed` says what more or fewer people would change.
"""

from segment.staffing import words
from segment.staffing.assigning import assigned, loads
from segment.staffing.needs import heads, needs
from segment.staffing.rules import StaffingRules
from segment.staffing.weighing import weighed

__all__ = ["StaffingRules", "assigned", "heads", "loads", "needs", "weighed", "words"]
