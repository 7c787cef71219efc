"""How large the sample company is, and the source of its chance."""

import datetime as dt
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from segment.errors import ConfigError

MOST_CUSTOMERS = 20_000  # days are simulated as a grid, customers by days, in memory
MOST_MONTHS = 120  # the same grid
FEWEST_MONTHS = 12  # a year of seasons
YEAR_DAYS = 365
FUTURE_DAYS = YEAR_DAYS  # the year after the data, kept in the truth


@dataclass(frozen=True, kw_only=True)
class SampleRules:
    """The size, the period and the seed of the sample company.

    `n_customers` counts every account, also those that never ordered; the damaged rows come on
    top and do not depend on the size.
    """

    seed: int = 20261031
    n_customers: int = 4_000
    n_prospects: int = 2_500
    n_responses: int = 400
    first_on: dt.date = dt.date(2023, 11, 1)
    months: int = 36
    currency: str = "EUR"

    def __post_init__(self) -> None:
        """Refuse a company that could not be made.

        Raises:
            ConfigError: A size, the period or the seed is out of its range.
        """
        _check("seed", self.seed, least=0, most=2**32 - 1)
        _check("n_customers", self.n_customers, least=50, most=MOST_CUSTOMERS)
        _check("n_prospects", self.n_prospects, least=50, most=1_000_000)
        _check("n_responses", self.n_responses, least=20, most=self.n_customers)
        _check("months", self.months, least=FEWEST_MONTHS, most=MOST_MONTHS)
        if not self.currency.strip():
            raise ConfigError('The sample\'s currency is empty; write a code such as "EUR".')
        if self.first_on.day != 1:
            raise ConfigError(
                f"The sample's first_on is {self.first_on}; it must be the first of a month, "
                "because the sample holds whole months."
            )

    @property
    def last_on(self) -> dt.date:
        """The last day of the data, which is the last of a month."""
        month = self.first_on.year * 12 + self.first_on.month - 1 + self.months
        return dt.date(month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)

    @property
    def n_days(self) -> int:
        """Days of the data, first and last included."""
        return (self.last_on - self.first_on).days + 1


def chance(rules: SampleRules, part: str) -> np.random.Generator:
    """Return the random numbers of one part of the company.

    Each part draws from its own stream, so that a change to one leaves the others as they were.
    """
    return np.random.default_rng([rules.seed, crc32(part.encode())])


def _check(name: str, value: int, *, least: int, most: int) -> None:
    if not least <= value <= most:
        raise ConfigError(
            f"The sample's {name} is {value:,}; it must lie between {least:,} and {most:,}."
        )
