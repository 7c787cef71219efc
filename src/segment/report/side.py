"""A published month as `segment compare` reads it: its card, its rules, and its results.

What an older version did not keep is None: it cannot be compared, and that is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from segment.errors import ConfigError, DataError, listed, nearest
from segment.report import card, months, publish, rules
from segment.report.card import RunCard

RESULTS = ("groups", "passports", "prospects", "actions")


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of two months; `results` and `transactions` are None where the month has none."""

    card: RunCard
    rules: Mapping[str, Any] | None
    results: Mapping[str, pl.DataFrame | None]
    transactions: pl.DataFrame | None


def find(text: str, reports: Path) -> Path:
    """Return the folder of a month of `reports`, or of any month at all that `text` leads to.

    Raises:
        ConfigError: There is no published month of that name, and no folder with a run card.
    """
    name = months.name(months.parse(text)) if months.is_name(text) else text
    for folder in (reports / name, Path(text)):
        if (folder / card.FILE_NAME).is_file():
            return folder
    names = [folder.name for folder in publish.published(reports)]
    there = f"Published there: {listed(names[::-1], 12)}." if names else "There is none yet."
    raise ConfigError(
        f"There is no report of {text} in {reports}{nearest(text, names)}, and no folder of that "
        f"name with a run card. {there}"
    )


def read(folder: Path) -> Side:
    """Read what a month holds.

    Raises:
        DataError: Its run card or one of its tables cannot be read.
    """
    return Side(
        card=card.read(folder),
        rules=rules.read(folder),
        results={name: _frame(folder / "tables" / f"{name}.parquet") for name in RESULTS},
        transactions=_frame(folder / "inputs" / "transactions.parquet"),
    )


def _frame(path: Path) -> pl.DataFrame | None:
    if not path.is_file():
        return None
    try:
        return pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise DataError(
            f"{path} cannot be read ({str(error).splitlines()[0]}); make the month again, or take "
            "another one."
        ) from None
