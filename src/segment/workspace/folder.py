"""The folder of a run: made ready with what the door let in, and opened by a notebook."""

import datetime as dt
import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from segment import checks, config, inputs, spreadsheets
from segment.errors import ConfigError, DataError
from segment.inputs import Inputs
from segment.text import LANGUAGES

LAB = ".lab"
LAB_MARK = "made-from"
RUN_FILE = "workspace.json"


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
    facts = {
        "as_of": found.as_of.isoformat(),
        "reports": os.path.relpath(reports.resolve(), folder.resolve()),
        "notes": [{"key": note.key, "values": dict(note.values)} for note in found.notes],
    }
    write_json(folder / RUN_FILE, facts)


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
    known = content(folder)
    return Run(
        folder=folder,
        reports=folder / known["reports"],
        as_of=dt.date.fromisoformat(known["as_of"]),
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


def content(folder: Path) -> dict[str, Any]:
    """Return what was written down of a run when its folder was made ready.

    Raises:
        DataError: There is no run in the folder.
    """
    path = folder / RUN_FILE
    if not path.is_file():
        raise DataError(
            f"There is no run in {folder}, which lacks {RUN_FILE}; leave run_dir empty to try the "
            "notebook on the data."
        )
    known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return known


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write content as JSON, its keys in order."""
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True, default=str)
    path.write_text(text + "\n", encoding="utf-8")


def kept(path: Path) -> pl.DataFrame | None:
    """Return a table that was kept, None where there is none."""
    return pl.read_parquet(path) if path.is_file() else None
