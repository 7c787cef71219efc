"""What came in, as notebooks read it: tables, the account of the door, owners."""

import polars as pl

from segment import data
from segment.schema import TABLES
from segment.workspace.folder import Run, content, kept


def table(run: Run, name: str) -> pl.DataFrame | None:
    """Return an input table, or None where the company does not bring it."""
    return kept(run.folder / "inputs" / f"{name}.parquet")


def absent(run: Run) -> list[str]:
    """Name the input tables that the company does not bring."""
    return [name for name in TABLES if not (run.folder / "inputs" / f"{name}.parquet").is_file()]


def account(run: Run) -> pl.DataFrame:
    """Return the rows and money of every input table, by what became of them."""
    return pl.read_parquet(run.folder / "account.parquet")


def rejected(run: Run) -> pl.DataFrame:
    """Return every row that was set aside or excluded, with its reason."""
    return pl.read_parquet(run.folder / "rejected.parquet")


def notes(run: Run) -> list[str]:
    """Return what the door noted about the files, in words."""
    return [
        data.Note(key=note["key"], values=note["values"]).words(run.language)
        for note in content(run.folder)["notes"]
    ]


def with_customers(frame: pl.DataFrame, run: Run) -> pl.DataFrame:
    """Add region, industry, staff, block and yearly cost to one row a customer, where known."""
    customers = table(run, "customers")
    if customers is None:
        return frame
    known = customers.select(
        "customer_id", "region", "industry", "staff_id", "blocked_on", "yearly_cost"
    )
    alone = frame.drop(known.columns[1:], strict=False)
    return alone.join(known, on="customer_id", how="left", maintain_order="left")


def with_owners(frame: pl.DataFrame, run: Run) -> pl.DataFrame:
    """Add the owner by staff_id, the identifier where no name is known, else null."""
    staff, is_known = table(run, "staff"), "staff_id" in frame.columns
    ids = pl.col("staff_id").cast(pl.String) if is_known else pl.lit(None, dtype=pl.String)
    owned = frame.with_columns(staff_id=ids)
    if staff is None:
        return owned.with_columns(owner="staff_id")
    owners = staff.select("staff_id", owner=pl.coalesce("name", "staff_id"))
    joined = owned.join(owners, on="staff_id", how="left", maintain_order="left")
    return joined.with_columns(owner=pl.coalesce("owner", "staff_id"))
