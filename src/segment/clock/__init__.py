"""The seasonal clock: time measured in buying, so that models that know no season forecast one.

A month in which everybody buys twice as much counts for two. Models are fitted and predict on this
clock, unchanged: age, recency and horizon are all read off it.
"""

from segment.clock.days import Days, special_days
from segment.clock.fitting import fit
from segment.clock.reading import Clock

__all__ = ["Clock", "Days", "fit", "special_days"]
