"""What notebooks make: kept for those that follow, for next month, and for people."""

import datetime as dt
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from segment import published
from segment.errors import DataError
from segment.workspace.folder import LAB, Run, kept, write_json

FINISHED_MIME = "application/vnd.segment.finished+json"
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
    "lookalike_centres": "4-customer-groups",
    "offers": "4-customer-groups",
    "watch_list": "4-customer-groups",
}

OWN = 0o600  # lists name customers: nobody else on the machine reads them
OWN_FOLDER = 0o700


def save(run: Run, name: str, frame: pl.DataFrame) -> None:
    """Keep a result for the notebooks that follow and for next month.

    Raises:
        DataError: A run that was through in one language comes to other numbers in the next.
    """
    path = run.folder / "tables" / f"{name}.parquet"
    known = None if run.folder.name == LAB else kept(path)
    if known is not None and not known.equals(frame):
        raise DataError(
            f"The table {name} is another one in the language '{run.language}'; what is kept "
            "holds codes and numbers, and words come after it."
        )
    frame.write_parquet(path)


def result(run: Run, name: str) -> pl.DataFrame | None:
    """Return a result of an earlier notebook, or None where its input was not brought.

    In a try in JupyterLab the notebook that makes it is executed first if it has not been.

    Raises:
        DataError: That notebook did not come through.
    """
    path = run.folder / "tables" / f"{name}.parquet"
    if not path.is_file() and run.folder.name == LAB and name in MADE_BY:
        _execute_earlier(run, MADE_BY[name])
    return kept(path)


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


def save_files(run: Run, folder: str, files: Mapping[str, bytes]) -> None:
    """Keep files for people in a folder of the run, in place of those that were there.

    They name customers, so that only their owner may read them.
    """
    place = run.folder / run.language / folder
    if place.exists():
        shutil.rmtree(place)
    place.mkdir(mode=OWN_FOLDER, parents=True)
    for name, content in files.items():
        path = place / name
        path.touch(mode=OWN)
        path.write_bytes(content)


def headline(run: Run, **figures: Any) -> None:
    """Keep the key figures that the index shows for the month."""
    write_json(run.folder / "tables" / "headline.json", figures)


@dataclass(frozen=True)
class Finished:
    """The last output of a notebook: without it the notebook did not reach its end."""

    as_of: dt.date

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {FINISHED_MIME: {"as_of": self.as_of.isoformat()}}


def finished(run: Run) -> Finished:
    """Return what a notebook's last cell shows, so that the run can see that it ended."""
    return Finished(run.as_of)
