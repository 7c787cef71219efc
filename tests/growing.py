"""Invented companies in which it is known who grows."""

import datetime as dt

import numpy as np
import polars as pl

AS_OF = dt.date(2026, 10, 31)
YEAR = 365


def bought(*rows: tuple[str, int, float]) -> pl.DataFrame:
    """Purchases so many days before AS_OF."""
    days = [(who, AS_OF - dt.timedelta(days=ago), amount) for who, ago, amount in rows]
    schema = {"customer_id": pl.String, "date": pl.Date, "amount": pl.Float64}
    return pl.DataFrame(days, schema=schema, orient="row")


def company(oldest: int = 2 * YEAR - 1) -> pl.DataFrame:
    """Six customers, of whom three grow in the last year; a gift with which the data begin."""
    rows = [("z", oldest, 0.0)]
    for place, who in enumerate("abcdef"):
        rows += [(who, 500 + 30 * place, 10.0 + place), (who, 400 + 40 * place, 10.0)]
        rows += [(who, 100 + place, 50.0 if who in "abc" else 1.0)]
    return bought(*rows)


def town(n: int, *, is_told: bool, seed: int = 1) -> pl.DataFrame:
    """Customers of two years, a third of whom grow by half their size or more.

    Where it is told, those who bought late in the first year are the ones who grow; where not,
    it is anybody, and the large ones grow by most.
    """
    rng = np.random.default_rng(seed)
    size = rng.lognormal(4, 0.6, n)
    is_late, is_lucky = rng.random(n) < 1 / 3, rng.random(n) < 1 / 3
    grows = is_late if is_told else is_lucky
    first, second = rng.integers(650, 729, n), np.where(is_late, 380, 600) + rng.integers(0, 9, n)
    later = size * np.where(grows, 1.5 + rng.random(n), 0.9)
    rows = [("gift", 2 * YEAR - 1, 0.0)]
    for at in range(n):
        who = f"c{at:04}"
        rows += [(who, int(first[at]), size[at] / 2), (who, int(second[at]), size[at] / 2)]
        rows += [(who, int(second[at]) - 370, later[at])]
    return bought(*rows)
