"""Customers of one kind: alike in purchases and first day, so that the same is expected of them."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from segment.purchases import Floats
from segment.summary import Index


@dataclass(frozen=True, kw_only=True)
class Kinds:
    """Customers alike in purchases and first day: x, T and pace of each kind; whose is which."""

    x: Floats
    T: Floats
    pace: Floats
    of_customer: Index

    @classmethod
    def of(cls, x: Floats, first_on: pl.Series, T: Floats, pace: Floats) -> "Kinds":
        """Sort customers into kinds, by marking places in a table: quicker than sorting."""
        if not len(x):
            return cls(x=x, T=T, pace=pace, of_customer=np.zeros(0, np.intp))
        _, count = np.unique(x, return_inverse=True)
        day = first_on.cast(pl.Int32).to_numpy().astype(np.intp)
        day -= day.min()
        key = count * (day.max() + 1) + day
        is_kind = np.zeros(key.max() + 1, bool)
        is_kind[key] = True
        of_customer = (np.cumsum(is_kind, dtype=np.int32) - 1)[key].astype(np.intp)
        example = np.empty(int(is_kind.sum()), np.intp)
        example[of_customer] = np.arange(len(x))
        return cls(x=x[example], T=T[example], pace=pace[example], of_customer=of_customer)
