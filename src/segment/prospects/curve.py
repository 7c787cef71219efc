"""A shift of the log-odds that depends on an age in days, and how well it is known."""

from dataclasses import dataclass

import numpy as np

from segment.prospects.design import Floats


@dataclass(frozen=True, kw_only=True)
class Curve:
    """Shifts of the log-odds at ages in rising order; straight between them, flat beyond.

    `errors` are the standard errors of `shifts`. No ages at all: no shift, and no error.
    """

    ages: tuple[float, ...] = ()
    shifts: tuple[float, ...] = ()
    errors: tuple[float, ...] = ()

    def at(self, age_days: Floats) -> tuple[Floats, Floats]:
        """Return the shift of the log-odds and its standard error for each age."""
        if not self.ages:
            return np.zeros_like(age_days), np.zeros_like(age_days)
        return (
            np.interp(age_days, self.ages, self.shifts),
            np.interp(age_days, self.ages, self.errors),
        )
