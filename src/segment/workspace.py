"""The folder of one run: what the door let in, what each notebook made, for the next to read.

`prepare` writes the inputs into the folder, and `open` gives a notebook its run. A notebook opened
alone in JupyterLab has no folder given: it gets `reports/.lab`, filled anew from the raw tables.
"""

import datetime as dt
import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from segment import checks, config, data, inputs, published, spreadsheets
from segment.errors import ConfigError, DataError
from segment.inputs import Inputs
from segment.schema import TABLES
from segment.text import LANGUAGES

FINISHED_MIME = "application/vnd.segment.finished+json"
LAB = ".lab"
LAB_MARK = "made-from"
RUN_FILE = "workspace.json"
MADE_BY = {
    "customers": "2-customer-value",
    "parameters": "2-customer-value",
    "prospects": "3-prospects",
    "groups": "4-customer-groups",
    "actions": "4-customer-groups",
    "lines": "4-customer-groups",
    "passports": "4-customer-groups",
    "prospect_passports": "3-prospects",
    "exceptions": "4-customer-groups",
    "watch_list": "4-customer-groups",
    "offers": "4-customer-groups",
}


@dataclass(frozen=True, kw_only=True)
class Run:
    """One month's run as a notebook sees it."""

    folder: Path
    reports: Path
    as_of: dt.date
    language: str
    settings: config.Settings

    def __post_init__(self) -> None:
        checks.one_of(self, "language", LANGUAGES)


def prepare(found: Inputs, folder: Path, reports: Path) -> None:
    """Write what the door let in and what it set aside into the folder of a run.

    A cell set aside that a spreadsheet would take for a formula gets an apostrophe in the CSV.
    """
    for part in ("inputs", "tables", "rejected"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for name, rows in found.tables.items():
        rows.write_parquet(folder / "inputs" / f"{name}.parquet")
    for (name,), rows in found.rejected.group_by("table", maintain_order=True):
        (folder / "rejected" / f"{name}.csv").write_bytes(spreadsheets.csv(rows))
    found.account.write_parquet(folder / "account.parquet")
    found.rejected.write_parquet(folder / "rejected.parquet")
    content = {
        "as_of": found.as_of.isoformat(),
        "reports": str(reports.resolve()),
        "notes": [{"key": note.key, "values": dict(note.values)} for note in found.notes],
    }
    _write_json(folder / RUN_FILE, content)


def open(
    run_dir: str = "",
    config_path: str = "",
    data_dir: str = "",
    as_of: str = "",
    language: str = "",
) -> Run:
    """Return the run that a notebook's parameters name; all empty is a try in JupyterLab.

    Raises:
        SegmentError: The parameters, the config or the data cannot be used.
    """
    settings = config.load(Path(config_path) if config_path else config.find(Path.cwd()))
    if run_dir:
        folder = Path(run_dir)
    else:
        folder = settings.report.folder / LAB
        found = inputs.read(settings, Path(data_dir) if data_dir else None, _day(as_of))
        _prepare_lab(found, folder, settings)
    content = _content(folder)
    return Run(
        folder=folder,
        reports=Path(content["reports"]),
        as_of=dt.date.fromisoformat(content["as_of"]),
        language=language or settings.company.language,
        settings=settings,
    )


def _day(as_of: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(as_of) if as_of else None
    except ValueError:
        raise ConfigError(
            f"as_of is '{as_of}', which is no day; write it as 2026-10-31, or leave it empty for "
            "the last complete month of the data."
        ) from None


def _prepare_lab(found: Inputs, folder: Path, settings: config.Settings) -> None:
    """Prepare the folder of a try; results made from other data or rules are removed."""
    contents = {name: rows.hash_rows().sum() for name, rows in found.tables.items()}
    marks = [found.as_of, settings, contents]
    mark = hashlib.sha256(repr(marks).encode()).hexdigest()
    path = folder / LAB_MARK
    if not path.is_file() or path.read_text(encoding="utf-8") != mark:
        shutil.rmtree(folder, ignore_errors=True)
    prepare(found, folder, settings.report.folder)
    path.write_text(mark, encoding="utf-8")


def table(run: Run, name: str) -> pl.DataFrame | None:
    """Return an input table, or None where the company does not bring it."""
    return _frame(run.folder / "inputs" / f"{name}.parquet")


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
        for note in _content(run.folder)["notes"]
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


def with_names(frame: pl.DataFrame, run: Run) -> pl.DataFrame:
    """Add name and owner for readers: the identifier where no name is known, else null.

    A name that several customers have is followed by the identifier.
    """
    customers = table(run, "customers")
    if customers is None:
        return frame.with_columns(name=pl.col("customer_id")).pipe(with_owners, run)
    several = pl.format("{} ({})", "name", "customer_id")
    is_shared = pl.col("name").is_duplicated() & pl.col("name").is_not_null()
    names = customers.select("customer_id", name=pl.when(is_shared).then(several).otherwise("name"))
    named = frame.join(names, on="customer_id", how="left", maintain_order="left")
    return named.with_columns(name=pl.coalesce("name", "customer_id")).pipe(with_owners, run)


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


def save(run: Run, name: str, frame: pl.DataFrame) -> None:
    """Keep a result for the notebooks that follow and for next month."""
    frame.write_parquet(run.folder / "tables" / f"{name}.parquet")


def result(run: Run, name: str) -> pl.DataFrame | None:
    """Return a result of an earlier notebook, or None where its input was not brought.

    In a try in JupyterLab the notebook that makes it is executed first if it has not been.

    Raises:
        DataError: That notebook did not come through.
    """
    path = run.folder / "tables" / f"{name}.parquet"
    if not path.is_file() and run.folder.name == LAB and name in MADE_BY:
        _execute_earlier(run, MADE_BY[name])
    return _frame(path)


def _execute_earlier(run: Run, notebook: str) -> None:
    """Have another process execute a notebook: the method stays in one place."""
    rules = str(run.settings.path or "")
    words = [sys.executable, "-m", "segment.report.earlier", notebook, str(run.folder), rules]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DataError(
            f"{notebook}, whose result is needed here, did not come through: "
            f"{done.stderr.strip() or done.stdout.strip()}"
        )


def last_month(run: Run, name: str) -> pl.DataFrame | None:
    """Return a result as published for the month before, or None where none was published."""
    day = published.month_end(run.as_of)
    return published.result(run.reports, day, name, _transactions(run))


def past(run: Run, name: str, n_months: int) -> dict[dt.date, pl.DataFrame]:
    """Return a result of the published months before this one, unbroken, by their last days."""
    return published.past(run.reports, run.as_of, name, n_months, _transactions(run))


def uncorrected(run: Run) -> pl.DataFrame:
    """Return the transactions with what was corrected since last month undone; none without."""
    return published.uncorrected(run.reports, run.as_of, _transactions(run).collect())


def corrected(run: Run) -> pl.DataFrame:
    """Return customer_id and the change of money of who was corrected since last month."""
    return published.corrected(run.reports, run.as_of, _transactions(run).collect())


def _transactions(run: Run) -> pl.LazyFrame:
    return pl.scan_parquet(run.folder / "inputs" / "transactions.parquet")


def _frame(path: Path) -> pl.DataFrame | None:
    return pl.read_parquet(path) if path.is_file() else None


def _content(folder: Path) -> dict[str, Any]:
    path = folder / RUN_FILE
    if not path.is_file():
        raise DataError(
            f"There is no run in {folder}, which lacks {RUN_FILE}; leave run_dir empty to try the "
            "notebook on the data."
        )
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def headline(run: Run, **figures: Any) -> None:
    """Keep the key figures that the index shows for the month."""
    _write_json(run.folder / "tables" / "headline.json", figures)


def _write_json(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True, default=str)
    path.write_text(text + "\n", encoding="utf-8")


@dataclass(frozen=True)
class Finished:
    """The last output of a notebook: without it the notebook did not reach its end."""

    as_of: dt.date

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {FINISHED_MIME: {"as_of": self.as_of.isoformat()}}


def finished(run: Run) -> Finished:
    """Return what a notebook's last cell shows, so that the run can see that it ended."""
    return Finished(run.as_of)
