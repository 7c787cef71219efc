"""What a run that failed leaves behind: which month, at what step, why and when, in one sentence.

It lies in `reports/.failed/<month>/status.json`, beside the partial month, until a run of the
month comes through; where the data could not be read, in `.failed` itself until they can be. The
index shows it to managers, so that it names no folder of the machine and holds nothing of what a
cell printed.
"""

import datetime as dt
import json
import re
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from segment.errors import SegmentError
from segment.report import months

FOLDER = ".failed"
FILE_NAME = "status.json"
FORMAT = 1
NO_MONTH = ""  # of a run that could not read the data
LONGEST = 240  # characters of a sentence; a line of the index, not a log
KILLED = "The run was ended from outside before it was done."
UNREADABLE = "What the run left of its failure cannot be read."
# A path, absolute or below home, of which the last part is enough to know the file.
PATH = re.compile(r"(?:(?<![\w/])~?/|(?<!\w)[A-Za-z]:\\)(?:[^\s/\\'\"<>]+[/\\])+([^\s/\\'\"<>]+)")


@dataclass(frozen=True, kw_only=True)
class Failure:
    """The last run of a month, which failed.

    `month` and `as_of` are empty where the data, which would tell them, could not be read. `step`
    is a notebook's name, `data`, `pages` or `publish`, and empty where it is not known, as is
    `failed_at` (UTC) of a run that was killed.
    """

    month: str
    as_of: str
    step: str
    sentence: str
    failed_at: str
    format: int = FORMAT


def leave(reports: Path, month: str, problem: BaseException, step: str) -> None:
    """Write down that the run of a month failed now; a disk that is full loses only this.

    `month` is NO_MONTH where the data, which would tell it, cannot be read.
    """
    at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    _write(reports, month, sentence(problem), step, at)


def leave_killed(reports: Path, month: str) -> None:
    """Write down that the run of a month was killed, at a time that nobody knows."""
    _write(reports, month, KILLED, "", "")


def sentence(problem: BaseException) -> str:
    """Return the first line of what went wrong, short and without the folders of the machine."""
    if isinstance(problem, SegmentError):
        said = next(iter(str(problem).splitlines()), "")
    elif isinstance(problem, OSError):
        said = f"The system refused a file or folder: {problem.strerror or problem}."
    else:
        said = f"It ended with {type(problem).__name__}, which is a fault of the program."
    said = PATH.sub(r"\1", said)
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"


def left(reports: Path) -> dict[str, Failure]:
    """Return the failures that no later run has mended, by month, oldest first."""
    found = sorted((reports / FOLDER).glob(f"*/{FILE_NAME}"))
    names = [path.parent.name for path in found]
    return {
        name: _read(path, name)
        for name, path in zip(names, found, strict=True)
        if months.is_name(name)
    }


def of_no_month(reports: Path) -> Failure | None:
    """Return the failure of a run that could not read the data."""
    path = reports / FOLDER / FILE_NAME
    return _read(path, NO_MONTH) if path.is_file() else None


def forget(reports: Path, month: str) -> bool:
    """Clear what the last run of a month left that failed; tell whether there was anything."""
    left = reports / FOLDER / month
    note = left / FILE_NAME
    if not (note.is_file() or (month and left.exists())):
        return False
    if month:
        shutil.rmtree(left)
    else:
        note.unlink()
    return True


def _write(reports: Path, month: str, said: str, step: str, at: str) -> None:
    failure = Failure(month=month, as_of=_as_of(month), step=step, sentence=said, failed_at=at)
    text = json.dumps(asdict(failure), ensure_ascii=False, indent=2, sort_keys=True)
    folder = reports / FOLDER / month
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILE_NAME).write_text(text + "\n", encoding="utf-8")
    except OSError:
        return  # the failure itself is what the user must hear of


def _read(path: Path, month: str) -> Failure:
    try:
        held = Failure(**json.loads(path.read_text(encoding="utf-8")))
        if held.format != FORMAT or held.month != month:
            raise ValueError("another format, or of another month")
        if not all(isinstance(text, str) for text in (held.step, held.sentence, held.failed_at)):
            raise TypeError("not texts")
        if held.failed_at:
            dt.datetime.fromisoformat(held.failed_at)
        return held
    except (OSError, ValueError, TypeError):
        return Failure(month=month, as_of=_as_of(month), step="", sentence=UNREADABLE, failed_at="")


def _as_of(month: str) -> str:
    return months.parse(month).isoformat() if month else ""
