"""Where a cell stands, for sentences about it."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, kw_only=True)
class Place:
    """A column of a table, and how to say where one of its rows stands."""

    table: str
    column: str
    spot: Callable[[int], str]

    def example(self, cells: pl.Series, which: pl.Series) -> str:
        """Return the first of the cells for which `which` is true, and where it stands."""
        index = which.arg_true()[0]
        return f"'{cells[index]}' in {self.spot(index)}"
