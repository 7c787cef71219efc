"""What a run that failed leaves behind: which month, at what step, why and when, in one sentence.

It lies in `reports/.failed/<month>/status.json`, beside the partial month, until a run of the
month comes through. The index shows it to managers, so that it names no folder of the machine and
holds nothing of what a cell printed.
"""

import datetime as dt
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from segment.errors import SegmentError
from segment.report import months

FOLDER = ".failed"
FILE_NAME = "status.json"
FORMAT = 1
LONGEST = 240  # characters of a sentence; a line of the index, not a log
KILLED = "The run was ended from outside before it was done."
UNREADABLE = "What the run left of its failure cannot be read."
# A path, absolute or below home, of which the last part is enough to know the file.
PATH = re.compile(r"(?:(?<![\w/])~?/|(?<!\w)[A-Za-z]:\\)(?:[^\s/\\'\"<>]+[/\\])+([^\s/\\'\"<>]+)")


@dataclass(frozen=True, kw_only=True)
class Failure:
    """The last run of a month, which failed.

    `step` is a notebook's name, `data`, `pages` or `publish`, and empty where it is not known, as
    is `failed_at` (UTC) of a run that was killed.
    """

    month: str
    as_of: str
    step: str
    sentence: str
    failed_at: str
    format: int = FORMAT


def leave(reports: Path, month: str, problem: BaseException, step: str) -> None:
    """Write down that the run of a month failed now; a disk that is full loses only this."""
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


def _write(reports: Path, month: str, said: str, step: str, at: str) -> None:
    as_of = months.parse(month).isoformat()
    failure = Failure(month=month, as_of=as_of, step=step, sentence=said, failed_at=at)
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
        as_of = months.parse(month).isoformat()
        return Failure(month=month, as_of=as_of, step="", sentence=UNREADABLE, failed_at="")
