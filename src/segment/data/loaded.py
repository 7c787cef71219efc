"""What comes through the door: the rows that may be used, and every row that may not, with why."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from segment.text import number, phrase

SET_ASIDE, EXCLUDED = "set aside", "excluded"
REJECTED = pl.Schema(
    {
        "table": pl.String,
        "file": pl.String,
        "row": pl.Int64,  # 1 is the first line below the header
        "kind": pl.String,
        "column": pl.String,
        "reason": pl.String,  # a key of reason.toml, or the declared words of an exclude rule
        "value": pl.String,
        "amount": pl.Float64,
        "record": pl.String,  # the whole raw row as JSON
    }
)


@dataclass(frozen=True, kw_only=True)
class Note:
    """Something a reader should know that stopped nothing: a phrase's key and its values."""

    key: str
    values: Mapping[str, str | int] = field(default_factory=dict)

    def words(self, language: str = "en") -> str:
        """Return the note as a sentence.

        Raises:
            ConfigError: There is no such phrase or language.
        """
        shown = {
            name: number(value, language) if isinstance(value, int) else value
            for name, value in self.values.items()
        }
        return phrase(self.key, language, **shown)


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """One input table after the door.

    `rows` has the contract's columns in its order (a prospect's features follow); `rejected`
    has the columns of `REJECTED`. Every row of the files is in exactly one of the two. `parts_in`
    is the money of all of them, in ten-thousandths, added up before they were parted.
    """

    table: str
    rows: pl.DataFrame
    rejected: pl.DataFrame
    n_in: int
    parts_in: int = 0
    notes: tuple[Note, ...] = ()
