"""How the tests of the door knock on it."""

from pathlib import Path
from typing import Any

import polars as pl

from segment import data
from segment.errors import SegmentError

HEADER = "customer_id,date,amount\n"


def loaded(
    folder: Path,
    content: str | bytes | pl.DataFrame,
    table: str = "transactions",
    name: str = "",
    company_zone: str = "Europe/London",
    **rules: Any,
) -> data.Loaded:
    """Write one file and read it as `table`."""
    name = name or f"{table}.{'parquet' if isinstance(content, pl.DataFrame) else 'csv'}"
    path = folder / name
    if isinstance(content, pl.DataFrame):
        content.write_parquet(path)
    else:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    found = data.read(
        table, data.SourceRules(**rules), folder, time_zone=company_zone, currency="EUR"
    )
    assert found is not None
    return found


def refusal(folder: Path, content: str | bytes | pl.DataFrame, *args: Any, **rules: Any) -> str:
    """Return the sentence with which a file is refused."""
    try:
        found = loaded(folder, content, *args, **rules)
    except SegmentError as error:
        return str(error)
    raise AssertionError(f"read {found.rows.height} rows instead of refusing them")


def reasons(found: data.Loaded) -> list[tuple[int, str | None, str]]:
    """Return row, column and reason of what was rejected."""
    return found.rejected.select("row", "column", "reason").rows()
