"""The folder of a run: made ready with what the door let in, and opened by a notebook."""

import datetime as dt
import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from segment import checks, config, counting, inputs, spreadsheets
from segment.errors import ConfigError, DataError
from segment.inputs import Inputs
from segment.text import LANGUAGES

LAB = ".lab"
LAB_MARK = "made-from"
RUN_FILE = "workspace.json"
# Where the reports and the config lie, while a run is at work: gone before it is published.
PLACES = ".places.json"
OWN = 0o600  # data and lists name customers: nobody else on the machine reads them
OWN_FOLDER = 0o700


@dataclass(frozen=True, kw_only=True)
class Run:
    """One month's run as a notebook sees it."""

    folder: Path
    reports: Path
    past: Path  # where the months before are looked up
    base: Path  # the folder that paths in segment.toml start from
    as_of: dt.date
    language: str
    settings: config.Settings

    def __post_init__(self) -> None:
        checks.one_of(self, "language", LANGUAGES)


def prepare(
    found: Inputs, folder: Path, reports: Path, base: Path | None = None, past: Path | None = None
) -> None:
    """Write what the door let in and what it set aside into the folder of a run.

    A cell set aside that a spreadsheet would take for a formula gets an apostrophe in the CSV.
    What names customers can be read by its owner alone. `base` is the folder that paths in
    segment.toml start from, by default the current one; `past` is where the months before are
    looked up, by default `reports`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for part in ("inputs", "tables", "rejected"):
        (folder / part).mkdir(mode=OWN_FOLDER, exist_ok=True)
    for name, rows in found.tables.items():
        keep(folder / "inputs" / f"{name}.parquet", rows)
    for (name,), rows in found.rejected.group_by("table", maintain_order=True):
        write_own(folder / "rejected" / f"{name}.csv", spreadsheets.csv(rows))
    found.account.write_parquet(folder / "account.parquet")
    keep(folder / "rejected.parquet", found.rejected)
    facts = {
        "as_of": found.as_of.isoformat(),
        "notes": [{"key": note.key, "values": dict(note.values)} for note in found.notes],
    }
    write_json(folder / RUN_FILE, facts)
    place(folder, reports, base, past)


def place(folder: Path, reports: Path, base: Path | None, past: Path | None = None) -> None:
    """Write down where reports and config lie, and the months before where not in `reports`."""
    places = {"reports": reports, "base": base or Path.cwd(), "past": past or reports}
    write_json(folder / PLACES, {name: str(path.resolve()) for name, path in places.items()})


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
    _check_text(
        run_dir=run_dir,
        config_path=config_path,
        data_dir=data_dir,
        as_of=as_of,
        language=language,
    )
    settings = config.load(Path(config_path) if config_path else config.find(Path.cwd()))
    counting.follow(settings.privacy)
    if run_dir:
        folder = Path(run_dir)
    else:
        folder = settings.report.folder / LAB
        found = inputs.read(settings, Path(data_dir) if data_dir else None, _day(as_of))
        _prepare_lab(found, folder, settings)
    known = content(folder)
    places = _places(folder, settings)
    return Run(
        folder=folder,
        reports=places["reports"],
        past=places["past"],
        base=places["base"],
        as_of=dt.date.fromisoformat(known["as_of"]),
        language=language or settings.company.language,
        settings=settings,
    )


def _places(folder: Path, settings: config.Settings) -> dict[str, Path]:
    """Return where the reports are and paths of the config start; a published month lies there."""
    path = folder / PLACES
    if path.is_file():
        held = json.loads(path.read_text(encoding="utf-8"))
        return {name: Path(place) for name, place in held.items()}
    base = settings.path.parent if settings.path else Path.cwd()
    reports = folder.resolve().parent
    return {"reports": reports, "past": reports, "base": base}


def _check_text(**values: object) -> None:
    """Refuse a number: a scheduler writes what was typed as it stands, without quotation marks."""
    for name, value in values.items():
        if isinstance(value, int | float):
            raise ConfigError(
                f"{name} is {value}, a number, and has to be text: without quotation marks "
                '2026-10-31 is a subtraction. Write "2026-10-31" with them.'
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
    base = settings.path.parent if settings.path else None
    prepare(found, folder, settings.report.folder, base)
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


def keep(path: Path, frame: pl.DataFrame) -> None:
    """Write a table that its owner alone may read."""
    path.touch(mode=OWN)
    frame.write_parquet(path)


def write_own(path: Path, content: bytes) -> None:
    """Write a file that its owner alone may read."""
    path.touch(mode=OWN)
    path.write_bytes(content)


def kept(path: Path) -> pl.DataFrame | None:
    """Return a table that was kept, None where there is none."""
    return pl.read_parquet(path) if path.is_file() else None
